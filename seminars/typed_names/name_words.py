"""Words by which a name is told from other words: academic titles, particles, institutions, words of titles."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# One at a time, at the beginning of a name. Abbreviations that could be a name or an initial need their full stop.
ACADEMIC = re.compile(
    r"(?:(?:univ|jun|ao|apl|hon|stv|assoc|asst)\.?-?\s?prof|(?:associate|assistant|adjunct|visiting"
    r"|emeritus) prof(?:essor)?"
    r"|jprof|prof(?:essor(?:in)?|esseure?|esora?|\.?in|\.?ssa|\.)?|docteure?|doktor|dr\.?-ing|drs?|dra|pd(?=\.? ?dr)"
    r"|priv\.?-doz"
    r"|privatdozent(?:in)?|dott(?:\.?ssa|oressa|or)?|dipl\.?-[a-z]{2,8}|frau|herrn?|mrs?|ms|mx|mme|mlle"
    r"|signora?|sir|dame"
    r"|mgr|ph\.\s?d|m\.\s?sc|b\.\s?sc|msc|bsc|m\.\s?a|em(?=\.)|h\.?\s?c(?=\.)|mult(?=\.)|rer\.?\s?nat"
    r"|rer\.?\s?pol|phil(?=\.)"
    r"|habi?l?(?=\.)|ing(?=\.)|inż(?=\.)|doc(?=\.)|sr(?=\.)|sra(?=\.)|mag(?=\.)|lic(?=\.)|ir(?=\.)|rev(?=\.))"
    r"(?:\.-?\s?|-(?=(?:prof|doz|ing)\b)|\s|$)",
    re.IGNORECASE,
)
# Likewise at the end, also after a comma.
POSTNOMINAL = re.compile(
    r"(?:,\s?|\s)\(?(?:frs|frse|freng|fba|obe|cbe|mbe|kbe|ph\.?\s?d|dphil|d\.sc|m\.?\s?sc|b\.?\s?sc|m\.d"
    r"|m\.a|b\.a|mba"
    r"|ll\.m|esq)\.?\)?$",
    re.IGNORECASE,
)
# Some of them stand in titles of books and films too.
COURTESY = re.compile(r"(?:sir|dame|mrs?|ms|mx|mme|mlle|herrn?|frau)\b(?!\.? (?:prof|dr|pd|priv))", re.IGNORECASE)
CJK_TITLE = re.compile(
    r"\s?(?:助理教授|副教授|准教授|教授|博士|老师|老師|先生|女士|院士|研究员|研究員|讲师|講師|さん|氏|교수|박사)$"
)
BOTH = re.compile(
    r"(?:both|all|beide|alle|tous|toutes|tous les deux|ambos|ambas|entrambi)(?: (?:at|from|of|an der|de))?[ :]"
)
NOBODY = re.compile(
    r"(?:(?:various|several|multiple|many|different|diverse|verschiedene|mehrere|divers|varios|vari)"
    r"(?: (?:speakers?|presenters?|people|authors?|students?|vortragende|referenten|orateurs|ponentes|relatori))?"
    r"|none|nobody|no ?one|no (?:speaker|talk|seminar)|n/?a|all|everyone|everybody|anyone|you|us|we"
    r"|keiner?|niemand|alle|(?:see|siehe|voir|check) .*|(?:speaker'?s? )?(?:name|names)|speakers?|guests?|unknown"
    r"|unbekannt|noch (?:offen|unklar)|to follow|coming soon|cancell?ed|postponed|open|free"
    r"|(?:open|general|free|round ?table|panel) discussion"
    r"|(?:phd |graduate |master'?s? |our |new )?(?:students?|postdocs?|doktorand(?:inn)?en|studierende)(?: .*)?"
    r"|zoom|teams|webex|online|hybrid|in person"
    r"|(?:moderat|discussant|respondent|chair|host|organi[sz]er)[a-z]{0,6}: .*)[.!?]?",
    re.IGNORECASE,
)
PARTICLES = _words(
    """
    van der den de da di du del della dello degli dos das do la le los las von zu zum zur vom af av bin bint ibn
    al el ben bar abu ter ten te 't op het y e i und st
    """
)
INSTITUTION = re.compile(
    r"universi|univ\b|institut|istitut|instytut|college|school|academ|akadem|labs?\b|laborator|research\b|hochschule"
    r"|polit[eé]cn|polytechn|centre|center|zentrum|centrum|facult|fakultät|departm|dept|ministry|hospital|clinic"
    r"|observator|museum|biblio|company|corp\b|inc\b|ltd\b|gmbh|大学|大學|学院|學院|研究所|研究院|科学院|대학|연구",
    re.IGNORECASE,
)
PLACES = _words(
    """
    mount lake new san santa los las saint st north south east west rio hong kong york london paris berlin
    madrid rome roma
    vienna wien zürich zurich usa uk germany france spain italy china japan india canada deutschland
    """
)
# So clearly an institution that a name before the comma is one.
SURELY_INSTITUTION = re.compile(
    r"universi|univ\.|institut|college|hochschule|akademie|academy|gmbh|\binc\b|大学|大學|研究所", re.IGNORECASE
)
# Surnames that open most Chinese and Korean names; the commonest Japanese ones have two characters.
CHINESE_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘"
    "蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鐘谭譚陆陸汪范石廖贾賈夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙龍史陶黎贺"
    "顾顧毛郝龚邵万萬钱錢严嚴武戴莫孔向汤湯"
)
KOREAN_SURNAMES = frozenset("김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민")
JAPANESE_SURNAMES = _words(
    """
    佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 清水 山崎 池田
    橋本 阿部 石川 前田 藤田 小川 岡田 後藤 長谷川 石井 村上 近藤 坂本 遠藤 青木 藤井
    西村 福田 太田 三浦 藤原 岡本 松田 中島 中野 原田 小野 田村 竹内 金子 和田 中山 石田 上田 森田 柴田 酒井 宮崎 横山
    """
)
# Names of theorems and methods: two of them beside each other are rather a title than a person.
EPONYMS = _words(
    """
    abel banach bayes bernoulli boltzmann boole borel calabi cantor carlo cauchy chern church curry dirichlet
    dirac einstein erdős euler fermat feynman fourier frobenius galois gauss gibbs gödel hardy hausdorff hilbert
    hodge howard jacobi kähler kolmogorov lagrange langlands laplace lebesgue leibniz lie lipschitz markov maxwell
    monte morse navier neumann newton noether poincaré poisson ramsey ricci riemann rényi schrödinger selberg
    sobolev stokes tarski taylor turing weil yang yau mills zariski
    """
)
# No word of a person's name: little words of eight languages.
LITTLE_WORDS = _words(
    """
    a an the of on and or for in to with from by at as is are be was were can do does how why what when where
    which who vs versus via without between beyond about into over under through toward towards against some more
    most not no all its their our my your we you it this that these those there der die das ein eine einer eines
    im am zur zum auf aus für mit ohne über unter zwischen und oder wie warum wann bei nach durch gegen les des
    une un et ou sur dans pour avec sans entre comment pourquoi au aux el los las una unos para por con sin sobre
    como cómo qué il lo gli uno per tra fra nel nella sul sulla não em na nas nos uma um com het een voor met
    zonder op uit naar hoe waarom w z dla od przez jak czy
    """
)
# Words that titles are made of. Some are surnames too, so beside an affiliation there is a doubt.
WORDS_OF_TITLES = _words(
    """
    zoom teams google meet webex skype jitsi bigbluebutton online hybrid virtual english german french spanish
    introduction overview survey review tutorial workshop seminar colloquium talk lecture lectures symposium
    conference defense defence meeting session panel course school class group groups club theory theories theorem
    theorems problem problems conjecture conjectures equation equations method methods model models modeling
    modelling analysis analytic algebra algebraic algebras geometry geometric topology topological arithmetic
    number numbers logic set sets category categories function functions functional operator operators space
    spaces manifold manifolds surface surfaces curve curves bundle bundles scheme schemes sheaf sheaves cohomology
    homology homotopy graph graphs network networks tree trees matrix matrices tensor tensors vector vectors
    metric metrics measure measures random stochastic probability statistics statistical inference learning
    machine machines deep neural reinforcement language languages program programs programming software hardware
    computer computers computing computation computational compiler compilers data database databases algorithm
    algorithms complexity optimization optimisation convex discrete continuous dynamic dynamics dynamical system
    systems control quantum classical physics physical chemistry biology biological ecology economics economy
    social political history philosophy ethics science sciences engineering technology information security
    privacy hypothesis hypotheses conjectural collider colliders paradox vortrag exposé charla ponencia
    palestra lezing wykład referat föredrag foredrag séminaire seminario
    colloquio trust verification verified proof proofs formal type types automated automatic automata artificial
    intelligence ai robot robots vision image images signal signals wave waves particle particles energy climate
    brain cell cells gene genes protein proteins cancer health medical medicine clinical human humans animal
    animals plant plants evolution evolutionary engine engines loom looms gear gears ring rings field fields
    module modules representation representations symmetry symmetric symmetries invariant invariants integral
    integrals differential partial linear nonlinear linearity higher lower upper infinite finite large fast modern
    modernity old new recent advances advanced applied applications application approach approaches perspective
    perspectives challenges challenge future past present open general special local global mean bounds bound
    limit limits estimates estimate approximation approximations convergence stability regularity flow flows heat
    fluid fluids project projects research report update updates welcome opening closing reception discussion
    lunch coffee break party career careers job student students teaching day days week weeks women hours retreat
    visit tour online hybrid euclidean hyperbolic elliptic parabolic spectral spectrum spectra kernel kernels
    transform transforms process processes chain chains lattice lattices code codes coding cryptography crypto
    blockchain web internet cloud parallel distributed concurrent concurrency memory storage real complex rational
    prime primes simple exact exactly mathematik mathematische mathematischer stochastik numerik informatik physik
    chemie biologie geschichte wissenschaft einführung grundlagen theorie geometrie topologie neue neuere
    mathématiques théorie géométrie analyse algèbre análisis álgebra geometría teoría matemáticas matematica
    geometria analisi teoria introduzione introducción introdução wiskunde meetkunde inleiding matematyka matter
    dark hole holes star stars galaxy galaxies light life water air earth ocean soil food fire forest forests city
    cities urban rural house housing money market markets trade tax taxes price prices bank banks finance
    financial policy policies law laws legal rights justice war peace democracy state states nation nations
    culture cultural gender race religion art music film literature poetry writing reading word words sentence
    text texts speech sound video game games play player mind body emotion attention sleep aging ageing child
    children family families woman men people person public private digital virtual mobile smart green sustainable
    renewable power electric electronic magnetic optical thermal mechanical chemical molecular cellular genetic
    synthetic natural material materials metal metals polymer crystal crystals glass carbon hydrogen oxygen
    nitrogen solar lunar stellar cosmic nuclear atomic electron electrons photon photons neutrino neutrinos boson
    fermion spin string strings gauge gravity gravitational relativity cosmology inflation horizon spacetime
    thermodynamics entropy mass force motion time times origin origins structure structures pattern patterns order
    disorder chaos noise error errors failure fault faults risk risks safety secure safe robust fair fairness bias
    causal cause causes effect effects impact change changes growth shape shapes size scale scales dimension
    dimensions degree degrees root roots sum sums product products series sequence sequences zero zeros point
    points line lines plane planes sphere spheres knot knots braid braids cube cubes polytope polytopes polynomial
    polynomials ideal ideals variety varieties motive motives stack stacks operad operads monoid monoids semigroup
    semigroups quiver quivers orbit orbits fractal fractals tiling tilings packing packings colouring coloring
    matching matchings cut cuts path paths walk walks cycle cycles hypergraph hypergraphs clique cliques query
    queries index search sorting hashing sketch streaming cache caches driver thread threads lock locks scheduler
    schedulers agent agents reward planning reasoning knowledge ontology semantic semantics syntax grammar
    grammars parser parsers translation transformer transformers diffusion generative foundation embedding
    embeddings benchmark benchmarks dataset datasets evaluation testing fuzzing debugging refactoring requirements
    design user users interface interfaces experience visualization collective experiment experiments experimental
    observation observations evidence simulation simulations numerical analytical theoretical practice practical
    case studies study view views tale tales story stories guide tips tricks hints lesson lessons rule rules way
    ways tool tools toolkit idea ideas question questions answer answers mystery mysteries puzzle puzzles secret
    secrets beauty
    """
)
_MADE_WORD = re.compile(r".{3,}(?:tions?|sions?|ology|ometry|ities|ics|isms?|ness|ography|ability|ungen|keit)$")


_PERHAPS_MADE_WORD = re.compile(r".{3,}(?:ings?|ive|ous|able|ible|ical|less|ful|wise|based)")
ALSO_FIRST_NAMES = frozenset({"per", "uma"})
# Also names, at least as the last word of one: Nguyễn Văn An, Haruki Do.
ALSO_NAMES = frozenset({"an", "do", "to", "so", "na", "no", "ou", "am", "per", "can", "son"})


def is_word_of_titles(word: str) -> bool:
    """Tell whether a word, in lower case, stands in titles of talks rather than in names."""
    is_kind = word.endswith(("seminar", "kolloquium", "vortrag", "vorlesung"))
    return is_kind or word in WORDS_OF_TITLES or bool(_MADE_WORD.fullmatch(word))


def may_be_a_word_of_titles(word: str) -> bool:
    """Tell whether a word, in lower case, may stand in titles or in names: Sampling, Manning, Hilbert."""
    return word in EPONYMS or bool(_PERHAPS_MADE_WORD.fullmatch(word))
