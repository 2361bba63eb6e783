"""docs/commands.md, made from the commands' own help: `python -m tests.commands_page > docs/commands.md`."""

from collections.abc import Iterator

import click

from neuron_ledger.replay.cli import main as neuron_ledger

INTRODUCTION = """# Commands

The help of every command (`neuron-ledger COMMAND --help`) on one page.

Exit codes: 0 done; 1 a check failed, or a call was refused; 2 wrong usage or bad input, with one line on standard error that says
what is wrong; 130 interrupted by Ctrl-C, with unfinished work not recorded; 141 the reader closed the output (`| head`); 70 the
program itself failed: please report it.

Work that takes over a second shows its progress on a terminal. Lines fit the terminal, or 80 columns in a file: longer
lines are wrapped, and in tables addresses are shortened and columns that do not fit follow below; `--full` prints lines in
full. Amounts are in TAO and alpha, proportions are fractions, rounded in tables; `--raw` prints the chain's integers.
Unprintable characters in any text (control and escape sequences, direction marks) are printed as escapes. `--json` prints
one JSON value on standard output, with everything in the chain's units, and nothing else.
"""


def main() -> None:
    print("\n".join(lines()))


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, under its full name."""

    def below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for part in sorted(command.list_commands(context)):
                sub = command.get_command(context, part)
                assert sub is not None
                yield from below(f"{name} {part}", sub)
        else:
            yield name, command

    yield from below("neuron-ledger", neuron_ledger)


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield INTRODUCTION
    for name, command in commands():
        about, _, example = (command.help or "").partition("\b")
        context = click.Context(command, info_name=name)
        arguments = " ".join(
            parameter.make_metavar(context) for parameter in command.params if isinstance(parameter, click.Argument)
        )
        yield f"## {name.removeprefix('neuron-ledger ')}\n"
        yield f"`{name} {arguments}`\n"
        yield "\n\n".join(" ".join(part.split()) for part in about.strip().split("\n\n"))
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        if options:
            yield "\n| option | |\n|---|---|"
        for option in options:
            yield f"| `{_option(option, context)}` | {_about(option)} |"
        yield "\n```\n" + "\n".join(line.strip() for line in example.strip().splitlines()) + "\n```\n"


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag else f"{names} {option.make_metavar(context)}".replace("|", "\\|")


def _about(option: click.Option) -> str:
    default = "" if option.is_flag or not option.show_default else f" [default: {option.default}]"
    return f"{option.help or ''}{' [required]' if option.required else ''}{default}"


if __name__ == "__main__":
    main()
