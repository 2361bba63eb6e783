"""Questions about a ledger, each one SQL query over its tables: in docs/sql.md, and on the pages of `browse`."""

from typing import Final

from attrs import frozen


@frozen
class Query:
    """One question. name: of its page. who: asks it. sql: with :parameters. example: values of these, for documentation."""

    name: str
    who: str
    question: str
    sql: str
    example: dict[str, int | str]

    @property
    def parameters(self) -> list[str]:
        return list(self.example)


HOTKEY: Final = "5FPC2kBA1u2snTNxMaK4qRLbkoCSYpDg712bdSccQi5CW2Qc"

QUERIES: Final = (
    Query(
        "why_refused",
        "Validators",
        "Why were my calls refused, how often, and when last?",
        """SELECT call, error, count(*) AS times, max(block) AS last_block
FROM failures
WHERE signer = :signer
GROUP BY call, error
ORDER BY times DESC, call, error""",
        {"signer": HOTKEY},
    ),
    Query(
        "weights_against_consensus",
        "Validators",
        "How do my weights compare with the consensus, uid by uid?",
        """SELECT w.target AS uid, t.hotkey,
       round(1.0 * w.weight / sum(w.weight) OVER (), 5) AS my_share,
       round(t.consensus / 65535.0, 5) AS consensus,
       t.incentive
FROM weights AS w
JOIN neurons AS me ON me.netuid = w.netuid AND me.uid = w.uid
JOIN neurons AS t ON t.netuid = w.netuid AND t.uid = w.target
WHERE w.netuid = :netuid AND w.mechanism = 0 AND me.hotkey = :hotkey
ORDER BY w.weight DESC, w.target""",
        {"netuid": 1, "hotkey": HOTKEY},
    ),
    Query(
        "silent_validators",
        "Validators",
        "Which validators have not updated their weights for a given number of blocks?",
        """SELECT n.uid, n.hotkey, n.stake, n.last_update,
       (SELECT CAST(value AS INTEGER) FROM about WHERE name = 'block') - n.last_update AS blocks_ago
FROM neurons AS n
WHERE n.netuid = :netuid AND n.validator_permit AND blocks_ago >= CAST(:blocks AS INTEGER)
ORDER BY blocks_ago DESC, n.uid""",
        {"netuid": 1, "blocks": 20},
    ),
    Query(
        "deregistered",
        "Miners",
        "When did my hotkey lose its uid, to whom, and with which score?",
        """SELECT netuid, uid, block, blocks_held, pruning_score, replaced_by, ended
FROM deregistrations
WHERE hotkey = :hotkey
ORDER BY block, netuid""",
        {"hotkey": HOTKEY},
    ),
    Query(
        "earnings",
        "Miners",
        "What did my hotkey earn, epoch by epoch, and how did it rank by incentive?",
        """SELECT block, uid, incentive, dividends, emission, place
FROM (SELECT *, rank() OVER (PARTITION BY position ORDER BY incentive DESC) AS place
      FROM metrics WHERE netuid = :netuid AND mechanism = 0)
WHERE hotkey = :hotkey
ORDER BY block""",
        {"netuid": 1, "hotkey": HOTKEY},
    ),
    Query(
        "registrations",
        "Owners",
        "How many registered on my subnet per period of blocks, and at which price?",
        """SELECT from_block / :blocks * :blocks AS since_block, count(*) AS registrations,
       sum(ended IS NOT NULL) AS gone_since,
       (SELECT burn FROM prices AS p
        WHERE p.netuid = t.netuid AND p.block / :blocks <= t.from_block / :blocks
        ORDER BY p.position DESC LIMIT 1) AS last_price
FROM tenures AS t
WHERE netuid = :netuid
GROUP BY since_block
ORDER BY since_block""",
        {"netuid": 1, "blocks": 7200},
    ),
    Query(
        "hyperparameter_history",
        "Owners",
        "Who changed which hyperparameter of my subnet, and what was it before?",
        """SELECT block, item, value,
       lag(value) OVER (PARTITION BY item ORDER BY position) AS before, call, signer
FROM hyperparameter_changes
WHERE netuid = :netuid
ORDER BY position, item""",
        {"netuid": 1},
    ),
    Query(
        "holders_of_many_uids",
        "Owners",
        "Which coldkeys hold the most uids of my subnet, and what part of its incentive?",
        """SELECT coldkey, count(*) AS uids, sum(incentive) AS incentive,
       round(1.0 * sum(incentive) / nullif(sum(sum(incentive)) OVER (), 0), 4) AS part
FROM neurons
WHERE netuid = :netuid
GROUP BY coldkey
ORDER BY uids DESC, incentive DESC, coldkey
LIMIT 20""",
        {"netuid": 1},
    ),
    Query(
        "copied_weights",
        "Analysts",
        "Which validators set exactly the weights that another had set before?",
        """SELECT b.block, b.uid, b.hotkey, a.uid AS after_uid, a.hotkey AS after_hotkey, min(b.block - a.block) AS blocks_later
FROM weight_sets AS a
JOIN weight_sets AS b ON b.netuid = a.netuid AND b.mechanism = a.mechanism AND b.weights = a.weights
     AND b.position > a.position AND b.uid <> a.uid
WHERE a.netuid = :netuid AND a.targets > 1
GROUP BY b.position
ORDER BY b.position""",
        {"netuid": 1},
    ),
    Query(
        "concentration",
        "Analysts",
        "What part of a subnet's incentive went to its best ten uids, epoch by epoch?",
        """SELECT block, count(*) FILTER (WHERE incentive > 0) AS rewarded,
       round(1.0 * sum(incentive) FILTER (WHERE place <= 10) / nullif(sum(incentive), 0), 4) AS best_ten
FROM (SELECT *, row_number() OVER (PARTITION BY position ORDER BY incentive DESC, uid) AS place
      FROM metrics WHERE netuid = :netuid AND mechanism = 0)
GROUP BY position
ORDER BY position""",
        {"netuid": 1},
    ),
    Query(
        "largest_stakes",
        "Analysts",
        "Who has the most stake on a subnet, on how many hotkeys, and what part of the total?",
        """SELECT coldkey, stake, hotkeys, round(1.0 * stake / sum(stake) OVER (), 4) AS part
FROM stake_by_coldkey
WHERE netuid = :netuid
ORDER BY stake DESC, coldkey
LIMIT 20""",
        {"netuid": 1},
    ),
    Query(
        "short_tenures",
        "Analysts",
        "How long do neurons of a subnet hold their uid before they are replaced?",
        """SELECT uid, count(*) AS replaced, min(blocks_held) AS shortest, max(blocks_held) AS longest,
       round(avg(blocks_held), 1) AS average
FROM deregistrations
WHERE netuid = :netuid
GROUP BY uid
ORDER BY replaced DESC, uid""",
        {"netuid": 1},
    ),
)

BY_NAME: Final = {query.name: query for query in QUERIES}
