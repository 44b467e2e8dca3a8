"""The topics by which visitors of the example filter."""

ALGORITHMS = "Algorithms"
COMPLEXITY = "Complexity"
CRYPTOGRAPHY = "Cryptography"
DATABASES = "Databases"
GEOMETRY = "Geometry"
LANGUAGES = "Programming languages"
LEARNING = "Machine learning"
LOGIC = "Logic"
NETWORKS = "Networks"
PEOPLE = "Computing and society"
PROBABILITY = "Probability"
SYSTEMS = "Systems"

ALL = (ALGORITHMS, COMPLEXITY, CRYPTOGRAPHY, DATABASES, GEOMETRY, LANGUAGES, LEARNING, LOGIC, NETWORKS, PEOPLE,
       PROBABILITY, SYSTEMS)  # fmt: skip
