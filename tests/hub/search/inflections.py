"""Two forms of one word, in each of the 24 official languages: what a search for one has to find of the other.

Written from knowledge of the languages and not looked up for each pair; the dictionary beside each language is the one
in which whoever reviews its pairs finds them. ``unlike`` is a word of the same language that looks alike and is
another: a search for it must find none of the pairs. ``missed`` are pairs that are forms of one word and are not found,
with the reason: they are tested to be missed, so that the table cannot come to claim too little.
"""

from __future__ import annotations

from typing import NamedTuple


class Inflections(NamedTuple):
    """The pairs of one language."""

    dictionary: str
    pairs: str
    unlike: str
    missed: str = ""
    reason: str = ""


TABLE: dict[str, Inflections] = {
    "bg": Inflections(
        "Речник на българския език (БАН)",
        "петиция петиции, гражданин граждани, закон законите, град градове, решение решения, улица улиците, "
        "предложение предложенията, училище училища",
        "градина",
    ),
    "cs": Inflections(
        "Internetová jazyková příručka (ÚJČ AV ČR)",
        "žádost žádosti, město města, petice petici, občan občanů, škola školách, rozpočet rozpočtu, návrh návrhy",
        "mistr",
        "dům domu",
        "the vowel of the stem itself changes",
    ),
    "da": Inflections(
        "Den Danske Ordbog",
        "borger borgere, høring høringer, forslag forslaget, kommune kommunerne, lov love, skole skolen",
        "borgmester",
        "barn børn, by byerne",
        "the vowel changes; what would be left of by is shorter than Snowball allows",
    ),
    "de": Inflections(
        "Duden",
        "Haus Häuser, Bürger Bürgerinnen, Beteiligung Beteiligungen, Stadt Städte, Antrag Anträge, Gesetz Gesetze, "
        "Kind Kindern",
        "Hausse",
        "gehen ging",
        "a strong verb has another stem in the past",
    ),
    "el": Inflections(
        "Λεξικό της κοινής νεοελληνικής (Ίδρυμα Μ. Τριανταφυλλίδη)",
        "πολίτης πολίτες, πόλη πόλεις, νόμος νόμοι, διαβούλευση διαβουλεύσεις, δρόμος δρόμους, σχολείο σχολεία",
        "πόλεμος",
    ),
    "en": Inflections(
        "Oxford English Dictionary",
        "petition petitions, city cities, consultation consultations, vote voting, regulation regulations, "
        "forest forests",
        "cite",
        "child children",
        "an irregular plural, and Snowball knows no irregular ones",
    ),
    "es": Inflections(
        "Diccionario de la lengua española (RAE)",
        "petición peticiones, ciudadano ciudadanos, ley leyes, propuesta propuestas, escuela escuelas, árbol árboles",
        "leyenda",
        "ciudad ciudades, río ríos",
        "Snowball takes -ad for an ending, and leaves the -s of words as short as ríos",
    ),
    "et": Inflections(
        "Eesti keele sõnaraamat (EKI ühendsõnastik)",
        "linn linna, kool koolid, seadus seadused, kodanik kodanikud, tee teed, ettepanek ettepanekud",
        "lind",
    ),
    "fi": Inflections(
        "Kielitoimiston sanakirja",
        "aloite aloitteet, koulu kouluissa, puisto puistossa, metsä metsien, kysely kyselyt, vero verot",
        "verho",
        "kaupunki kaupungissa, laki lain, joki joet",
        "Snowball does not follow the gradation of consonants (nk to ng, k to nothing)",
    ),
    "fr": Inflections(
        "Le Petit Robert",
        "consultation consultations, citoyen citoyens, régional régionaux, pétition pétitions, école écoles, "
        "projet projets",
        "projection",
        "loi lois, œil yeux",
        "Snowball leaves the -s after i; the plural of œil is another word",
    ),
    "ga": Inflections(
        "Foclóir Gaeilge-Béarla (Ó Dónaill)",
        "saoránach saoránaigh, baile bhaile, scoil scoileanna, dlí dlíthe, cathair chathair, togra tograí, "
        "páirc pháirc, comhairle chomhairle",
        "bail",
        "achainí achainíocha",
        "neither form is in the dictionary as a form of the other, and Snowball does not take off -ocha",
    ),
    "hr": Inflections(
        "Hrvatski jezični portal",
        "građanin građani, zakon zakoni, škola škole, ulica ulice, peticija peticije, šuma šume, porez poreza",
        "zakup",
        "grad gradovi, prijedlog prijedlozi",
        "the long plural in -ovi, and g that becomes z, are not followed",
    ),
    "hu": Inflections(
        "A magyar nyelv értelmező szótára",
        "város városok, polgár polgárok, törvény törvények, petíció petíciók, erdő erdők, utca utcában, ház házban",
        "vár",
        "javaslat javaslatot, ló lovak",
        "-at of the base form is taken for an ending; the stem of ló changes",
    ),
    "it": Inflections(
        "Vocabolario Treccani",
        "petizione petizioni, legge leggi, scuola scuole, cittadino cittadini, proposta proposte, strada strade",
        "leggero",
        "uomo uomini",
        "the plural has a longer stem",
    ),
    "lt": Inflections(
        "Dabartinės lietuvių kalbos žodynas",
        "miestas miesto, peticija peticijos, įstatymas įstatymai, mokykla mokyklos, gatvė gatvės, pilietis piliečiai",
        "miegas",
    ),
    "lv": Inflections(
        "Tēzaurs",
        "pilsēta pilsētas, likums likumi, skola skolas, iela ielas, mežs meži, priekšlikums priekšlikumi, "
        "iniciatīva iniciatīvas",
        "skolotājs",
    ),
    "mt": Inflections(
        "Aquilina, Maltese-English Dictionary",
        "petizzjoni petizzjonijiet, liġi liġijiet, proġett proġetti, kunsill kunsilli, ċittadin ċittadini, "
        "proposta proposti",
        "kunsens",
        "skola skejjel, belt bliet",
        "a broken plural changes the vowels inside the word, and no open dictionary of Maltese forms is at hand",
    ),
    "nl": Inflections(
        "Van Dale",
        "wet wetten, burger burgers, gemeente gemeenten, school scholen, voorstel voorstellen, huis huizen",
        "weten",
        "stad steden",
        "the vowel changes",
    ),
    "pl": Inflections(
        "Słownik języka polskiego PWN",
        "miasto miasta, ustawa ustawy, petycja petycje, szkoła szkoły, obywatel obywateli, ulica ulicy, las lasów",
        "laska",
        "wniosek wnioski, podatek podatki",
        "the e of the base form that the other forms lose is not followed",
    ),
    "pt": Inflections(
        "Dicionário Priberam",
        "petição petições, cidadão cidadãos, cidade cidades, lei leis, escola escolas, municipal municipais",
        "leite",
        "rio rios",
        "the dictionary takes rio for a form of rir, to laugh",
    ),
    "ro": Inflections(
        "DEX (dexonline)",
        "petiție petiții, lege legi, cetățean cetățeni, oraș orașe, școală școli, pădure păduri, stradă străzi",
        "cetate",
    ),
    "sk": Inflections(
        "Krátky slovník slovenského jazyka",
        "mesto mestá, petícia petície, zákon zákony, škola školy, občan občania, ulica ulice, daň dane",
        "mesiac",
    ),
    "sl": Inflections(
        "Slovar slovenskega knjižnega jezika (SSKJ)",
        "mesto mesta, peticija peticije, zakon zakoni, šola šole, občan občani, gozd gozdovi, davek davki",
        "mestnik",
    ),
    "sv": Inflections(
        "Svenska Akademiens ordlista",
        "stad städer, lag lagar, skola skolor, förslag förslagen, skog skogar, gata gator, skatt skatter",
        "lagun",
        "bok böcker",
        "the vowel changes",
    ),
}
