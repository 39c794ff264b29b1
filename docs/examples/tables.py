import kapsim.trial as kt


def main() -> None:
    run = kt.run("docs/examples/my-trial.yaml", patients=200, seed=1)
    visits = run.visits()
    last = visits[(visits["visit"] == "day 29") & (visits["measure"] == "MADRS")]
    print(last.groupby("arm", observed=True)["score"].describe().round(1))


if __name__ == "__main__":
    main()
