"""Tell the language of a pasted text."""

import pytest

from seminars.importing.reading.languages import language_of

TEXTS = [
    ("de", "Wärmeleitung in dünnen Schichten. Wir zeigen, wie sich die Leitfähigkeit von Halbleitern im Vakuum messen "
           "lässt, und vergleichen das Ergebnis mit den Modellen der letzten Jahre."),
    ("de", "Die Riemannsche Vermutung: Ein Überblick über Ansätze, die nicht zum Ziel geführt haben."),
    ("de", "Es sei $K$ ein Zahlkörper. Wir bestimmen die Klassenzahl und geben eine Anwendung auf die Kodierung an."),
    ("de", "Im Vortrag geht es um Reinforcement Learning und Large Language Models: Was können sie, und was nicht?"),
    ("de", "Klimamodelle haben in der Schweiz eine lange Tradition. Der Vortrag stellt die neuen Daten vor."),
    ("en", "We show how the conductivity of thin films can be measured, and compare the result with recent models."),
    ("en", "Let $G$ be a group. Which of its subgroups are normal? We give an answer for finite groups of odd order."),
    ("en", "The talk is about Die Zauberflöte and the theatre of its time."),
    ("en", "Der Ring des Nibelungen: Wagner's music has been loved and hated. We ask what it meant to the public of "
           "the nineteenth century and how it is heard by an audience today."),
    ("fr", "Nous montrons que la conductivité des couches minces est mesurable, et comparons le résultat avec les "
           "modèles qui sont connus depuis des années."),
    ("fr", "Dans cet exposé, on présente une nouvelle approche pour les équations aux dérivées partielles."),
    ("fr", "Soit $X$ une variété. L'objet de cet exposé est de décrire les faisceaux qui sont constructibles sur $X$."),
    ("es", "En esta charla se presenta un modelo para el estudio de los semiconductores y se compara con los datos que "
           "se han publicado en los últimos años."),
    ("es", "Hablaremos de las ecuaciones de Navier-Stokes y del problema de la regularidad, que sigue abierto."),
    ("it", "In questo seminario si presenta un modello per lo studio dei semiconduttori, che è stato sviluppato nel "
           "corso degli ultimi anni, e i risultati della simulazione."),
    ("pt", "Nesta palestra apresentamos um modelo para o estudo dos semicondutores, que não depende da temperatura, e "
           "os resultados da simulação."),
    ("nl", "In deze lezing laten we zien hoe de geleiding van dunne lagen kan worden gemeten en wat dat voor het model "
           "betekent."),
    ("pl", "W referacie przedstawimy model, który jest oparty na danych z ostatnich lat, oraz wyniki symulacji dla "
           "układów, które nie są liniowe."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_the_language_of_an_abstract_is_known(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "", "Modular forms", "Zeta-Funktionen", "Über Primzahlen", "$x^2 + y^2 = z^2$",
        "Навье-Стокс", "機械学習の理論について", "TBA", "Les Misérables", "https://example.org/de/the/der/die/das",
        "Abstract / Zusammenfassung: We show that this is the case. Wir zeigen, dass dies der Fall ist und bleibt.",
    ],
)  # fmt: skip
def test_nothing_is_said_of_what_is_short_mixed_or_in_another_script(text):
    assert language_of(text) == ""
