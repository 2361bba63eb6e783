"""Subscriptions: new heads, changes of storage, statuses of an extrinsic.

Source: polkadot-sdk client/rpc-api (subscription and notification names).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import define, frozen

from neuron_ledger.replay.node.chain.dev_chain import Chain
from neuron_ledger.replay.node.chain.pool import Refused, Waiting
from neuron_ledger.replay.node.rpc.methods import changes, get_runtime_version
from neuron_ledger.replay.node.rpc.protocol import Params, RpcError, Send, as_bytes, invalid_params, notification

MOST_SUBSCRIPTIONS: Final = 256
"""The most of one connection."""
UPDATE: Final = "author_extrinsicUpdate"


@define(eq=False)
class Subscription:
    """One subscription of a client. has_begun: the client knows its id. sent: what was sent last, so that
    only changes are sent."""

    id: str
    notifies: str
    keys: tuple[bytes, ...] = ()
    waiting: Waiting | None = None
    has_begun: bool = False
    sent: Any = None


@frozen
class Kind:
    """A kind of subscription: the method that closes it, and the name of its notifications."""

    ends: str
    notifies: str


HEADS: Final[Mapping[str, Kind]] = {
    "chain_subscribeNewHeads": Kind("chain_unsubscribeNewHeads", "chain_newHead"),
    "chain_subscribeNewHead": Kind("chain_unsubscribeNewHead", "chain_newHead"),
    "chain_subscribeAllHeads": Kind("chain_unsubscribeAllHeads", "chain_allHead"),
    "chain_subscribeFinalizedHeads": Kind("chain_unsubscribeFinalizedHeads", "chain_finalizedHead"),
    "chain_subscribeFinalisedHeads": Kind("chain_unsubscribeFinalisedHeads", "chain_finalizedHead"),
}
OTHERS: Final[Mapping[str, Kind]] = {
    "state_subscribeStorage": Kind("state_unsubscribeStorage", "state_storage"),
    "state_subscribeRuntimeVersion": Kind("state_unsubscribeRuntimeVersion", "state_runtimeVersion"),
    "author_submitAndWatchExtrinsic": Kind("author_unwatchExtrinsic", UPDATE),
}
SUBSCRIBE: Final = {**HEADS, **OTHERS}
UNSUBSCRIBE: Final = frozenset(kind.ends for kind in SUBSCRIBE.values())


class Subscriptions:
    """The subscriptions of one connection. send: to its client."""

    def __init__(self, chain: Chain, send: Send) -> None:
        self.chain = chain
        self.send = send
        self._open: dict[str, Subscription] = {}
        self._count = 0

    def begin(self, method: str, params: Params) -> tuple[str, Callable[[], None]]:
        """Open one: its id, and a function to send the first notification once the client knows the id. Raises: RpcError."""
        if len(self._open) >= MOST_SUBSCRIPTIONS:
            raise RpcError(-32006, f"Too many subscriptions on the connection: {MOST_SUBSCRIPTIONS} are open")
        subscription = Subscription("", SUBSCRIBE[method].notifies)
        if method == "state_subscribeStorage":
            subscription.keys = _keys(params)
        elif method == "author_submitAndWatchExtrinsic":
            subscription.waiting, subscription.sent = self._submitted(params), 0
        self._count += 1
        subscription.id = f"{self._count:016x}"
        self._open[subscription.id] = subscription

        def first_news() -> None:
            subscription.has_begun = True
            self._send_news(subscription)

        return subscription.id, first_news

    def end(self, params: Params) -> bool:
        """Close one. Returns: whether it was open."""
        return self._open.pop(str(params.value(0)), None) is not None

    def report_block(self) -> None:
        """A block was made."""
        for subscription in list(self._open.values()):
            if subscription.has_begun and subscription.waiting is None:
                self._send_news(subscription)

    def report_status(self, waiting: Waiting) -> None:
        """An extrinsic has a new status."""
        for subscription in list(self._open.values()):
            if subscription.has_begun and subscription.waiting is waiting:
                self._send_statuses(subscription)

    def _send_news(self, subscription: Subscription) -> None:
        """Send what is due now that the head has changed, or the client has just subscribed."""
        if subscription.waiting is not None:
            self._send_statuses(subscription)
        elif subscription.keys:
            self._send_storage(subscription)
        elif subscription.notifies == "state_runtimeVersion":
            self._send_version(subscription)
        else:
            self._send(subscription, self.chain.head.header_for_people())

    def _submitted(self, params: Params) -> Waiting:
        try:
            return self.chain.submit(params.data(0, "an extrinsic"))
        except Refused as refused:
            raise RpcError(refused.code, refused.message, refused.data) from None

    def _send(self, subscription: Subscription, result: Any) -> None:
        self.send(notification(subscription.notifies, subscription.id, result))

    def _send_storage(self, subscription: Subscription) -> None:
        now = changes(self.chain.state(), list(subscription.keys))
        before = dict(subscription.sent or {})
        news = [[key, value] for key, value in now["changes"] if subscription.sent is None or before.get(key) != value]
        if news:
            self._send(subscription, {"block": now["block"], "changes": news})
        subscription.sent = [(key, value) for key, value in now["changes"]]

    def _send_version(self, subscription: Subscription) -> None:
        now = get_runtime_version(self.chain, Params(()))
        if now != subscription.sent:
            self._send(subscription, now)
        subscription.sent = now

    def _send_statuses(self, subscription: Subscription) -> None:
        assert subscription.waiting is not None
        news: Sequence[Any] = subscription.waiting.statuses[subscription.sent :]
        subscription.sent = len(subscription.waiting.statuses)
        for status in news:
            self._send(subscription, status)
            if isinstance(status, dict) and "finalized" in status:
                self._open.pop(subscription.id, None)


def _keys(params: Params) -> tuple[bytes, ...]:
    keys = tuple(as_bytes(key, "a storage key") for key in params.list(0, "storage keys"))
    if not keys:
        raise invalid_params("expected at least one storage key")
    return keys
