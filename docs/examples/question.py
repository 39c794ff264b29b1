import kapsim
from kapsim.evidence import bibtex, library


def main() -> None:
    answer = kapsim.ask("Why does blinding fail?")
    print(answer.coverage.level)
    for section in answer.account:
        print(section.heading)
        for sentence in section.sentences:
            print("-", sentence.text, sentence.sources, sentence.strength)
    shipped = [library().source(one.key) for one in answer.sources if not one.own]
    print(bibtex(shipped[:1]))


if __name__ == "__main__":
    main()
