"""The verb `dose`: a regimen in words to concentrations and acute effects."""

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kapsim.cli.console import Format, print_whole, show_json, tell
from kapsim.units import KapsimError

if TYPE_CHECKING:
    import xarray as xr

_PLOTS, _TABLES = (".svg",), (".nc", ".csv")


class Site(enum.StrEnum):
    """Where blood is sampled after a dose into a vein."""

    VENOUS = "venous"
    ARTERIAL = "arterial"


Texts = Annotated[
    list[str],
    typer.Argument(
        help="Regimen in words, such as 'ketamine racemate 0.5 mg/kg iv over 40 min'; "
        "several are laid over each other."
    ),
]
Weight = Annotated[
    str | None, typer.Option("--weight", help="Body weight, such as '70 kg'.")
]
Age = Annotated[str | None, typer.Option("--age", help="Age, such as '44 yr'.")]
Sex = Annotated[
    str | None, typer.Option("--sex", help="female or male; unknown if absent.")
]
Region = Annotated[str, typer.Option("--region", help="asia, japan or other.")]
People = Annotated[
    int | None, typer.Option("-n", "--people", help="Simulated people; 1000.")
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the population.")]
Hours = Annotated[
    float | None,
    typer.Option("--hours", help="End in hours; a day after the last dose if absent."),
]
Sampled = Annotated[
    Site, typer.Option("--site", help="Plasma in which an iv dose is read.")
]
Beside = Annotated[
    list[str] | None,
    typer.Option("--with", help="Medicine taken beside; may be repeated."),
]
Plot = Annotated[
    Path | None, typer.Option("--plot", help="Draw them into this SVG file.")
]
Save = Annotated[
    Path | None,
    typer.Option(
        "--save",
        help="Every person over time as netCDF (.nc), or their quantiles as .csv.",
    ),
]
Form = Annotated[Format, typer.Option("--format", help="Print a table or JSON.")]


class OutputError(KapsimError, ValueError):
    """A file that cannot be written in the form that its name asks for."""


def command(  # noqa: PLR0913 (the options of a verb)
    text: Texts,
    weight: Weight = None,
    age: Age = None,
    sex: Sex = None,
    region: Region = "other",
    people: People = None,
    seed: Seed = 1,
    hours: Hours = None,
    site: Sampled = Site.VENOUS,
    beside: Beside = None,
    plot: Plot = None,
    save: Save = None,
    form: Form = Format.TABLE,
) -> None:
    """Simulate a regimen in people: levels, occupancy, dissociation, pressure."""
    _check(plot, _PLOTS, "--plot")
    _check(save, _TABLES, "--save")
    options = {
        "weight": weight,
        "age": age,
        "sex": sex,
        "region": region,
        "seed": seed,
        "hours": hours,
        "medicines": tuple(beside or ()),
        "arterial": site is Site.ARTERIAL,
    }
    regimens, written = _simulate(text, people, options, (plot, save))
    _show(regimens, form)
    _warn(regimens)
    for path in written:
        tell(f"Written: {path}")


def _simulate(
    texts: list[str],
    people: int | None,
    options: dict[str, Any],
    files: tuple[Path | None, Path | None],
) -> "tuple[dict[str, xr.Dataset], list[Path]]":
    """Every regimen by its text, and the files written; tells how far it is."""
    from rich.console import Console

    with Console(stderr=True).status("preparing") as status:
        from kapsim.drug.exposure.dose import dose
        from kapsim.drug.exposure.exposure import PEOPLE
        from kapsim.drug.regimen.text import parse_regimen

        count, done = PEOPLE if people is None else people, 0

        def advance(what: str, more: int) -> None:
            nonlocal done
            done += more
            status.update(f"simulated {done} of {count * len(texts)} {what}")

        for text in texts:
            parse_regimen(text)  # all are read before the first is simulated
        status.update("simulating")
        options = {**options, "people": count, "on_progress": advance}
        regimens = {" ".join(text.split()): dose(text, **options) for text in texts}
        return regimens, _write(regimens, *files)


def _check(path: Path | None, suffixes: tuple[str, ...], option: str) -> None:
    """Refuse a file name whose ending says nothing, before anything is simulated."""
    if path is None or path.suffix.lower() in suffixes:
        return
    do = " Any browser shows an SVG and prints it to PDF." if ".svg" in suffixes else ""
    raise OutputError(
        f"{option} {path}: a file with the ending {path.suffix!r} cannot be written. "
        f"Allowed: {', '.join(suffixes)}.{do}"
    )


def _write(
    regimens: "dict[str, xr.Dataset]", plot: Path | None, save: Path | None
) -> list[Path]:
    """Files that were asked for."""
    from kapsim.engine.atomic import write_bytes
    from kapsim.report.exposure import exposure_figure
    from kapsim.report.exposure_files import quantile_table, write_netcdf

    written: list[Path] = []
    if plot is not None:
        write_bytes(plot, exposure_figure(regimens).encode())
        written.append(plot)
    if save is not None and save.suffix.lower() == ".csv":
        table = quantile_table(regimens).to_csv(index=False, float_format="%.8g")
        write_bytes(save, table.encode())
        written.append(save)
    elif save is not None:
        for place, data in enumerate(regimens.values(), start=1):
            mark = f"-{place}" if len(regimens) > 1 else ""
            path = save.with_name(f"{save.stem}{mark}{save.suffix}")
            write_netcdf(data, path)
            written.append(path)
    return written


def _show(regimens: "dict[str, xr.Dataset]", form: Format) -> None:
    """The numbers on stdout."""
    from kapsim.report.exposure_table import exposure_data, exposure_table

    if form is Format.JSON:
        show_json(exposure_data(regimens))
        return
    print_whole(exposure_table(regimens))


def _warn(regimens: "dict[str, xr.Dataset]") -> None:
    """Limits that are broken, and what the numbers rest on."""
    several = len(regimens) > 1
    for place, data in enumerate(regimens.values(), start=1):
        mark = f" ({place})" if several else ""
        for line in data.attrs["warnings"].splitlines():
            tell(f"warning{mark}: {line}", style="bold yellow")
        tell(f"Given{mark}: {data.attrs['given']}.")
        tell(f"Site{mark}: {data.attrs['site']}. {data.attrs['caveat']}")
    first = next(iter(regimens.values())).attrs
    if first["medicines"]:
        tell(f"Taken beside: {first['medicines']}.")
    tell(f"{first['occupancy_note']}\n{first['note']} Not medical advice.")
