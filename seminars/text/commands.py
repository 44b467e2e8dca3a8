r"""What the commands of LaTeX mean outside formulas; names are without the backslash."""


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# A command without arguments and the text that it prints.
SYMBOLS = {
    "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "TeX": "TeX", "BibTeX": "BibTeX", "XeTeX": "XeTeX",
    "ldots": "…", "dots": "…", "dotsc": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”",
    "textquotesingle": "'", "textquotedbl": '"', "lq": "‘", "rq": "’", "quotedblbase": "„", "quotesinglbase": "‚",
    "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»", "flq": "‹", "frq": "›",
    "guillemotleft": "«", "guillemotright": "»", "guillemetleft": "«", "guillemetright": "»",
    "guilsinglleft": "‹", "guilsinglright": "›", "copyright": "©", "textcopyright": "©", "textregistered": "®",
    "texttrademark": "™", "euro": "€", "EUR": "€", "texteuro": "€", "pounds": "£", "textsterling": "£",
    "textyen": "¥", "textcent": "¢", "textdollar": "$", "S": "§", "textsection": "§", "P": "¶", "dag": "†",
    "ddag": "‡", "textdagger": "†", "textdaggerdbl": "‡", "textdegree": "°", "degree": "°", "textperthousand": "‰",
    "textmu": "µ", "textpm": "±", "texttimes": "×", "textonehalf": "½", "textbullet": "•", "textperiodcentered": "·",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_", "textbar": "|",
    "textless": "<", "textgreater": ">", "textbraceleft": "{", "textbraceright": "}", "textexclamdown": "¡",
    "textquestiondown": "¿", "slash": "/", "textordfeminine": "ª", "textordmasculine": "º", "No": "№",
    "quad": " ", "qquad": " ", "enspace": " ", "enskip": " ", "thinspace": "\u2009", "space": " ",
    "nobreakspace": "\u00a0",
}  # fmt: skip
# Letters of words. A blank after such a command only ends its name.
LETTERS = {
    "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø",
    "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ",
    "ng": "ŋ", "NG": "Ŋ",
}  # fmt: skip
# The combining character that an accent command puts on the letter after it.
ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "d": "\u0323",
    "b": "\u0331", "t": "\u0361",
}  # fmt: skip
# What stands before and after the argument, as tags. Those without any tag only print their argument.
STYLES = (
    dict.fromkeys(("emph", "textit", "textsl", "it", "em", "sl", "itshape", "slshape"), "em")
    | dict.fromkeys(("textbf", "bf", "bfseries", "strong", "textbfit"), "strong")
    | dict.fromkeys(_names("section subsection subsubsection chapter part paragraph subparagraph"), "strong")
    | dict.fromkeys(
        (
            "textsc", "textsf", "textrm", "textup", "textmd", "textnormal", "text", "mbox", "hbox", "fbox", "makebox",
            "underline", "uline", "uuline", "ul", "textulc", "uppercase", "lowercase", "MakeUppercase", "title",
            "MakeLowercase", "sc", "sf", "rm", "tt", "scshape", "sffamily", "rmfamily", "ttfamily", "mdseries",
            "upshape", "normalfont", "normalsize", "tiny", "scriptsize", "footnotesize", "small", "large", "Large",
            "LARGE", "huge", "Huge", "boldmath", "centering", "raggedright", "sloppy", "textsuperscript",
            "textsubscript", "author", "date", "centerline", "leftline", "caption", "keywords", "subjclass",
        ),
        "",
    )
)  # fmt: skip
# Of these, the ones that hold to the end of their group instead of taking an argument.
SWITCHES = _names(
    "it em sl itshape slshape bf bfseries sc sf rm tt scshape sffamily rmfamily ttfamily mdseries "
    "upshape normalfont normalsize tiny scriptsize footnotesize small large Large LARGE huge Huge "
    "boldmath centering raggedright sloppy"
)
# Text that is set off from what stands around it.
ENCLOSED = {
    "enquote": ("“", "”"), "enquote*": ("‘", "’"), "footnote": (" (", ")"), "footnotetext": (" (", ")"),
    "thanks": (" (", ")"), "ref": ("(", ")"), "eqref": ("(", ")"), "cref": ("(", ")"), "Cref": ("(", ")"),
    "autoref": ("(", ")"), "pageref": ("(", ")"), "vref": ("(", ")"), "nameref": ("(", ")"),
}  # fmt: skip
CITATIONS = _names(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar parencite textcite autocite "
    "footcite nocite Citep Citet onlinecite"
)
VERBATIM = frozenset({"texttt", "verb", "path", "code", "lstinline"})
# Page layout, which has no meaning here. A name within a label is no text.
UNSEEN = _names(
    "noindent indent medskip smallskip bigskip newpage clearpage pagebreak maketitle hfill vfill null "
    "relax protect selectfont xspace ignorespaces unskip leavevmode allowbreak nolinebreak "
    "nopagebreak frenchspacing"
)
UNSEEN_WITH_ARGUMENT = frozenset({"label", "vspace", "hspace", "vskip", "hskip", "thispagestyle", "pagestyle"})
BREAKS = frozenset({"newline", "linebreak"})

# Mathematics that people type without dollars, by the number of arguments.
BARE = (
    dict.fromkeys(
        _names(
            "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi "
            "varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi "
            "Pi Sigma Upsilon Phi Psi Omega aleph ell hbar Re Im partial nabla infty emptyset varnothing "
            "forall exists neg sum prod int oint times div pm mp cdot cdots ast star circ bullet oplus otimes "
            "ominus odot dagger ddagger cap cup wedge vee setminus wr amalg triangle le leq ge geq ne neq ll "
            "gg lesssim gtrsim sim simeq cong approx equiv propto prec succ preceq succeq subset subseteq "
            "supset supseteq in ni notin mid parallel perp models vdash to gets rightarrow leftarrow "
            "leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow longleftarrow mapsto "
            "hookrightarrow uparrow downarrow implies iff langle rangle lfloor rfloor lceil rceil prime angle "
            "sun log ln exp sin cos tan lim max min sup inf det dim ker gcd deg arg mod C F N Q R Z"
        ),
        0,
    )
    | dict.fromkeys(
        _names(
            "sqrt mathbb mathbf mathcal mathfrak mathrm mathscr mathsf mathit mathtt mathbbm mathds "
            "boldsymbol bm hat bar tilde vec dot ddot overline widehat widetilde operatorname ensuremath"
        ),
        1,
    )
    | dict.fromkeys(("frac", "tfrac", "dfrac", "binom"), 2)
)

DISPLAYS = _names(
    "equation align gather multline eqnarray flalign alignat displaymath math dmath "
    "aligned gathered cases matrix pmatrix bmatrix"
)
LISTS = frozenset({"itemize", "enumerate", "description"})
STATEMENTS = _names(
    "theorem lemma proposition corollary definition remark conjecture example proof claim question problem"
)
FRAMES = _names("abstract document center flushleft flushright quote quotation verse minipage small footnotesize")
