import kapsim.trial as kt
from kapsim.report import write_report


def main() -> None:
    run = kt.run("kap-2x2", patients=1000, seed=1)
    table = run.summary()
    madrs = table[table["measure"] == "MADRS"]
    columns = ["arm", "visit", "n", "mean", "change_mean", "response_pct"]
    print(madrs[columns].round(1).to_string(index=False))
    print("report:", write_report(run.directory))


if __name__ == "__main__":
    main()
