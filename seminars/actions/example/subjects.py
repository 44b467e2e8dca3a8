"""What the example's talks are about: subjects and angles that combine to a title and an abstract."""

from dataclasses import dataclass
from itertools import product

from seminars.actions.example.topics import (
    ALGORITHMS,
    COMPLEXITY,
    CRYPTOGRAPHY,
    DATABASES,
    GEOMETRY,
    LANGUAGES,
    LEARNING,
    LOGIC,
    NETWORKS,
    PEOPLE,
    PROBABILITY,
    SYSTEMS,
)

# A noun that fits "How hard is … on average?", its topics, and the sentence that opens an abstract.
SUBJECTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("graph colouring", (ALGORITHMS, COMPLEXITY),
     "Give every vertex one of $\\Delta + 1$ colours so that no edge joins two alike: a greedy pass does it, and yet "
     "almost every variation of the task hides a surprise."),
    ("private aggregation", (CRYPTOGRAPHY, LEARNING),
     "Hospitals would like to know an average without showing a single record to each other."),
    ("matrix completion", (LEARNING, ALGORITHMS),
     "A table of $n \\times n$ ratings of which only $O(n \\log n)$ are known can often be filled in exactly, provided "
     "that its rank is small."),
    ("type inference", (LANGUAGES, LOGIC),
     "Programmers enjoy languages in which they write few types and the compiler still knows all of them."),
    ("cache placement", (SYSTEMS, ALGORITHMS),
     "Where a copy of a file is kept decides how long people wait for it, and nobody knows next week's requests."),
    ("lattice reduction", (CRYPTOGRAPHY, ALGORITHMS),
     "A lattice has infinitely many bases, and the short ones are worth a great deal to whoever breaks codes."),
    ("fair division", (ALGORITHMS, PEOPLE),
     "Three people inherit a house, a boat and a violin. No cake was ever this difficult to cut."),
    ("model counting", (LOGIC, COMPLEXITY),
     "To decide whether a formula $\\varphi$ can be satisfied is one thing; to count in how many ways, another."),
    ("load balancing", (SYSTEMS, PROBABILITY),
     "Throw $n$ balls into $n$ bins and the fullest holds about $\\ln n / \\ln \\ln n$ of them; look into *two* bins "
     "each time, and it holds only about $\\ln \\ln n$."),
    ("program repair", (LANGUAGES, LEARNING),
     "A failing test says that something is wrong, but neither where nor why."),
    ("shortest-path routing", (NETWORKS, ALGORITHMS),
     "Maps on a phone answer in milliseconds what a textbook algorithm answers in minutes."),
    ("sparse recovery", (LEARNING, GEOMETRY),
     "A signal with few large entries can be read from far fewer measurements $y = Ax$ than it has entries."),
    ("distributed agreement", (NETWORKS, SYSTEMS),
     "Machines that cannot tell a slow neighbour from a dead one must still reach the same decision."),
    ("error correction", (ALGORITHMS, PROBABILITY),
     "Scratches, static and cosmic rays flip bits; codes flip them back."),
    ("robust regression", (LEARNING, PROBABILITY),
     "One wrong entry in a hundred suffices to send a least-squares line anywhere at all."),
    ("query planning", (DATABASES, ALGORITHMS),
     "The same question to a database can take a second or a weekend, depending on the order of its joins."),
    ("circuit minimisation", (COMPLEXITY, LOGIC),
     "Given the table of a function, find its smallest circuit: sixty years of trying have settled little."),
    ("proof search", (LOGIC, LEARNING),
     "Checking a proof is easy and finding one is not; the distance between the two is where this talk takes place."),
    ("optimal transport", (GEOMETRY, PROBABILITY),
     "What does it cost to turn one heap of sand into another? The answer, "
     "$$W_2^2(\\mu, \\nu) = \\inf_{\\pi} \\int \\lVert x - y \\rVert^2 \\, d\\pi(x, y),$$ "
     "measures much more than sand."),
    ("point location", (GEOMETRY, ALGORITHMS),
     "A click on a map should be answered with the name of the parish, however many parishes there are."),
    ("memory reclamation", (SYSTEMS, LANGUAGES),
     "Somebody has to decide when a piece of memory is of no use to anybody, without asking everybody."),
    ("interactive verification", (CRYPTOGRAPHY, COMPLEXITY),
     "A weak verifier with a coin can check what a strong and untrusted prover claims, a few questions at a time."),
    ("exact sampling", (PROBABILITY, ALGORITHMS),
     "Run a Markov chain long enough and its state is *nearly* random. Can one stop when it is exactly so?"),
    ("bandit exploration", (LEARNING, PROBABILITY),
     "Whoever always eats at the best restaurant so far never finds a better one; the regret of a good strategy grows "
     "like $\\sqrt{T}$."),
    ("tensor decomposition", (LEARNING, GEOMETRY),
     "A matrix splits into rank-one parts in many ways, a tensor often in exactly one, and that is its charm."),
    ("secret sharing", (CRYPTOGRAPHY,),
     "Any three of five directors may open the vault, and no two of them learn anything about its key."),
    ("schema evolution", (DATABASES, LANGUAGES),
     "Data outlive the programs that wrote them, and so do the mistakes in their tables."),
    ("gesture recognition", (PEOPLE, LEARNING),
     "A wave of the hand means *stop*, *hello* or nothing at all, and a camera should know which."),
    ("stream summarisation", (ALGORITHMS, DATABASES),
     "A router sees a billion packets and remembers a few kilobytes, from which it should still tell the frequent from "
     "the rare."),
    ("quantum verification", (COMPLEXITY, CRYPTOGRAPHY),
     "If a machine does what no other machine can do, who checks its answers?"),
)  # fmt: skip

# A title around {subject} or {Subject}, and the middle of an abstract.
ANGLES: tuple[tuple[str, str], ...] = (
    ("What {subject} teaches us about lower bounds",
     "We look at it as a game between an algorithm and an adversary who answers as late as possible. From this a bound "
     "follows that holds even for algorithms that may fail now and then, and it is tight up to a constant."),
    ("{Subject} without tears",
     "The known solutions are clever and long. I shall present one that fits on a page, explain why it went unnoticed, "
     "and measure it against the clever ones on\n\n- inputs from practice,\n- inputs made to annoy,\n- inputs of a "
     "billion items."),
    ("{Subject} at the scale of a city",
     "For two years we have run such a system for a city of half a million people. Some assumptions of the theory "
     "held, two did not, and one of the failures turned out to be the better idea."),
    ("A gentle geometry of {subject}",
     "Each instance becomes a point of a polytope and each step of the algorithm a walk along its edges. The picture "
     "explains in one glance why steps get smaller, and why $d = 3$ is not like $d = 2$."),
    ("How hard is {subject} on average?",
     "The worst case is as bad as anyone feared. For instances drawn at random we show a threshold: below it a simple "
     "algorithm succeeds with probability $1 - o(1)$, above it no known algorithm does better than guessing."),
    ("{Subject}, one bit at a time",
     "We ask how little has to be communicated. The protocol sends $O(\\log n)$ bits, which is optimal, and no party "
     "ever has to trust another one."),
    ("Certificates for {subject}",
     "Software that answers *yes* should say why. We make solvers print a short certificate that a program of a "
     "hundred lines can check, at a cost of less than five per cent of the running time."),
    ("{Subject} with few examples",
     "We start from a handful of examples and a description in ordinary words. A small model proposes, an exact method "
     "disposes; neither would get far alone."),
    ("Towards a theory of {subject}",
     "Practice is far ahead of what we can prove. I propose three definitions, show which of them are equivalent, and "
     "prove the first guarantees for a method that everybody already uses."),
    ("{Subject} when the input keeps changing",
     "Nothing stands still: items come and go while the computation runs. Our data structure repairs its answer after "
     "each change in time $O(\\log^2 n)$, amortised, instead of starting anew."),
    ("Three open problems in {subject}",
     "The talk is a guided tour for people from neighbouring fields: what has been solved, what has not, and which "
     "three questions I would give to a new student. No background is assumed."),
    ("The hidden symmetry of {subject}",
     "Behind the known algorithms stands one group, which acts on the inputs and leaves the answers alone. Using it we "
     "merge nine special cases into one theorem and find a tenth that nobody had missed."),
)  # fmt: skip

CLOSINGS = (
    "Joint work with two of my students.",
    "The code is free to use, and there will be a short demonstration.",
    "I shall leave ten minutes for questions.",
    "The first half needs nothing beyond a first course in probability.",
    "This is work in progress; objections are welcome.",
    "",
)


THESIS_ANGLES = {
    "What {subject} teaches us about lower bounds",
    "A gentle geometry of {subject}",
    "{Subject}, one bit at a time",
    "Certificates for {subject}",
    "{Subject} with few examples",
    "{Subject} when the input keeps changing",
}


@dataclass(frozen=True)
class Matter:
    """Title, abstract (Markdown with TeX) and names of the topics of one talk."""

    title: str
    abstract: str
    topics: tuple[str, ...]


def matters_of_talks() -> list[Matter]:
    """Return each subject seen from each angle, several hundred in all."""
    return [_matter(subject, angle, CLOSINGS[n % len(CLOSINGS)]) for n, (subject, angle) in enumerate(_PAIRS)]


def matters_of_theses() -> list[Matter]:
    """Return what a candidate may defend: nothing that looks back on a long career."""
    return [_matter(subject, angle, "") for subject, angle in _PAIRS if angle[0] in THESIS_ANGLES]


def _matter(subject: tuple[str, tuple[str, ...], str], angle: tuple[str, str], closing: str) -> Matter:
    noun, topics, opening = subject
    title, middle = angle
    capital = noun[0].upper() + noun[1:]
    return Matter(title.format(subject=noun, Subject=capital), f"{opening}\n\n{middle}\n\n{closing}".strip(), topics)


_PAIRS = list(product(SUBJECTS, ANGLES))
