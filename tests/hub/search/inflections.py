"""Forms of one word, in each of the 24 official languages: what a search for one has to find of the other.

Pairs of nouns, adjectives and verbs from the vocabulary of participation and administration, among them all kinds of
irregular ones, each reviewed by the dictionary that the language names, of the version that it was seen in. After a
pair stands what that says (:mod:`hub.search.dictionaries` asks it again): nothing where both forms have one stem, ``~``
where both are words and not said to be of one, ``?`` where it does not know one. For Maltese no dictionary can be had
as a package: what bears no mark was looked up by hand, in the lexicon that is named, and is not asked again.

``unlike`` is a word of the same language that looks alike and is another: a search for it must find none of the pairs.
``missed`` are pairs that are forms of one word and are not found, with the reason: they are tested to be missed, so
that the table cannot come to claim too little.
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


class Pair(NamedTuple):
    """Two forms of one word, and the mark of what the dictionary says of them."""

    one: str
    other: str
    said: str = ""


def pairs(listed: str) -> list[Pair]:
    """The pairs of a cell of the table."""
    return [Pair(*pair.split()) for pair in listed.split(",") if pair.strip()]


TABLE: dict[str, Inflections] = {
    "bg": Inflections(
        "hunspell-bg 1:7.5.0-1",
        "петиция петиции, гражданин граждани, закон законите, град градове, решение решения, училище училища, "
        "предложение предложенията, дете деца ~, съд съдилища ~, данък данъци, избор избори, право права, общественик "
        "общественици, път пътища ~, бюджет бюджета, министър министри, съвет съвети, обсъждане обсъжданията, вестник "
        "вестници, ръка ръце ~, окръг окръзи, успех успехи, член членове, вода водата, кмет кметове, нов новите, "
        "обществен обществено",
        "градина",
        "човек хора ~",
        "the plural is another word",
    ),
    "cs": Inflections(
        "hunspell-cs 1:7.5.0-1",
        "žádost žádosti, město městech, petice peticí, občan občané, škola školách, rozpočet rozpočtu, návrh návrhy, "
        "dům domu ~, den dnů ~, kniha knize, úřad úřadů, člověk lidé ~, dítě děti ~, obec obcí, rada radě, zákon "
        "zákonů, podnět podněty, řeka řece, silnice silnicemi, vláda vlády, stát státu, hlas hlasů, ulice ulic, daň "
        "daní, matka matek, volba voleb, úředník úředníci, veřejný veřejného, pes psi ~, kraj krajích, schůze schůzí, "
        "poslanec poslanci, Praha Praze",
        "mistr",
    ),
    "da": Inflections(
        "hunspell-da 1:7.5.0-1",
        "borger borgere, høring høringer, forslag forslaget, kommune kommunerne, lov love, skole skolen, barn børn ~, "
        "by byerne, bog bøger ~, beslutning beslutningen, minister ministre, afgift afgifter, vej veje, sted steder, "
        "nat nætter ~, andragende andragender, mand mænd ~, valg valget, borgerforslag borgerforslagene, budget "
        "budgettet, kvinde kvinder, land lande, hånd hænder ~, stat stater, skat skatter, tal tallene, offentlig "
        "offentlige",
        "borgmester",
    ),
    "de": Inflections(
        "hunspell-de-de 20161207-11",
        "Haus Häuser, Bürger Bürgerinnen, Beteiligung Beteiligungen, Stadt Städte ~, Antrag Anträge, Gesetz Gesetze, "
        "Kind Kindern, Haushalt Haushalte ~, Rat Räte ~, Vorschlag Vorschlägen ?, Land Länder ~, Wahl Wahlen, Fluss "
        "Flüsse, Straße Straßen, Buch Bücher ~, Ausschuss Ausschüsse, Gemeinde Gemeinden, Verfahren Verfahrens, "
        "Stellungnahme Stellungnahmen, Amt Ämter ~, Recht Rechte, öffentlich öffentliche, Mann Männer ~, Beschluss "
        "Beschlüsse, Wald Wälder ~, Hand Hände ~",
        "Hausse",
        "gehen ging ~, entscheiden entschieden ~, Museum Museen ~",
        "strong verbs and Latin plurals are not followed, and no dictionary comes first",
    ),
    "el": Inflections(
        "hunspell-el 1:7.5.0-1 (a list of forms), and the lemmas of simplemma 2.0.0",
        "πολίτης πολίτες, πόλη πόλεις, νόμος νόμοι, διαβούλευση διαβουλεύσεις ~, δρόμος δρόμους, σχολείο σχολεία, "
        "απόφαση αποφάσεις, πρόταση προτάσεων, δήμος δήμου, φόρος φόροι, υπουργός υπουργοί, ψήφος ψήφοι, κυβέρνηση "
        "κυβερνήσεις, δάσος δάση, γραφείο γραφείων, κράτος κράτη, άνθρωπος ανθρώπων, αίτημα αιτήματα, ποταμός ποταμών, "
        "σπίτι σπίτια, βουλευτής βουλευτές, έργο έργα, μέτρο μέτρων, πρόγραμμα προγράμματα, δικαίωμα δικαιωμάτων",
        "πόλεμος",
        "παιδί παιδιά, δημόσιος δημόσια",
        "the stemmer takes more off παιδιά than off παιδί, and off δημόσια than off δημόσιος",
    ),
    "en": Inflections(
        "hunspell-en-gb 1:7.5.0-1",
        "petition petitions, city cities, consultation consultations, vote voting, regulation regulations, forest "
        "forests, child children ~, woman women ~, tax taxes, policy policies, council councils, proposal proposals, "
        "citizen citizens, committee committees, decide decided, bus buses, man men ~, country countries, write "
        "written ~, authority authorities, analysis analyses ~, library libraries, foot feet ~",
        "cite",
        "life lives ~, person people ~, half halves ~",
        "simplemma has lives as a form of live, halves of halve, and people as a word of its own",
    ),
    "es": Inflections(
        "hunspell-es 1:7.5.0-1",
        "petición peticiones, ciudadano ciudadanos, ley leyes, propuesta propuestas, escuela escuelas, árbol árboles, "
        "ciudad ciudades, río ríos, votación votaciones, luz luces, consejo consejos, municipal municipales, pared "
        "paredes, mujer mujeres, voz voces, barrio barrios, presupuesto presupuestos, pedir pide, plan planes, "
        "decisión decisiones, juez jueces, derecho derechos, mes meses, elección elecciones, autobús autobuses ~, país "
        "países ~, público públicas, entidad entidades, vez veces, dios dioses ~",
        "leyenda",
    ),
    "et": Inflections(
        "myspell-et 1:20030606-32 (takes no form for one of another)",
        "linn linna ~, kool koolid ~, seadus seadused ~, kodanik kodanikud ~, tee teed ~, ettepanek ettepanekud ~, "
        "linna linnade ~, kooli koolide ~, jõgi jõed ~, maja majas ~, raamat raamatu ~, tuba toa ~, valitsus valitsuse "
        "~, maks maksu ~, otsus otsused ~, vesi vee ~, inimene inimesed ~, petitsioon petitsiooni ~, laps lapsed ~, "
        "metsa metsad ~, riigi riikide ~, õigus õigused ~, vald valla ~, mõte mõtted ~, avalik avalikud ~, käsi käed "
        "~, eelnõu eelnõud ~, töö tööd ~, volikogu volikogus ~",
        "lind",
    ),
    "fi": Inflections(
        "voikko-fi 2.5-1 (voikkospell of libvoikko-dev 4.3.1-1)",
        "aloite aloitteet, koulu kouluissa, puisto puistossa, metsä metsien, kysely kyselyt, vero verot, kaupunki "
        "kaupungissa, laki lain, joki joet, kunta kunnan, vesi veden, ehdotus ehdotuksen, katu kadulla, päätös "
        "päätöksen, kansalainen kansalaiset, lapsi lapsen, hallitus hallituksen, oikeus oikeudet, maa maassa, äänestys "
        "äänestykset, käsi käden, ihminen ihmisten, valtuusto valtuustossa, rakennus rakennukset, esitys esitysten, "
        "hanke hankkeet, talo taloja, päättää päätti, talous talouden, puu puita",
        "verho",
        "tie teiden, vaali vaalit, julkinen julkiset",
        "simplemma has vaalit as a form of vaalia, teiden of tee, and julkiset as a word of its own",
    ),
    "fr": Inflections(
        "hunspell-fr-classical 1:7.0-1",
        "consultation consultations, citoyen citoyens, régional régionaux, pétition pétitions, école écoles, projet "
        "projets, loi lois, œil yeux ~, journal journaux, travail travaux, eau eaux, maire maires, impôt impôts, "
        "décision décisions, public publique, bureau bureaux, électeur électrice, lieu lieux, communal communaux, "
        "budget budgets, voter votent, droit droits, enjeu enjeux, autorité autorités, jeu jeux, quai quais, national "
        "nationaux, vieux vieille, essai essais, emploi emplois",
        "projection",
    ),
    "ga": Inflections(
        "myspell-ga 2.0-27.1 (derives mutations, lists plurals)",
        "saoránach saoránaigh ~, baile bhaile, scoil scoileanna ~, dlí dlíthe ~, cathair chathair, togra tograí ?, "
        "páirc pháirc, comhairle chomhairle, bóthar bhóthar, rialtas rialtais ~, cathair cathracha ~, bliain blianta "
        "~, bean mná ~, teach tithe ~, leabhar leabhair ~, comhairle comhairlí ~, cáin cánacha ~, contae gcontae, "
        "baile mbaile, cinneadh cinntí, duine daoine ~, vóta vótaí ~, toghchán toghcháin ~, rún rúin ~, buiséad "
        "bhuiséad, pobal phobail ~, foraois foraoise ~, moladh moltaí, ceart cearta ~, tír tíortha ~, fear fir ~, "
        "oifig oifigí ~, sráid sráideanna ~",
        "bail",
        "achainí achainíocha ~, abhainn aibhneacha ~",
        "simplemma has aibhneacha and achainíocha as forms of other words than abhainn and achainí",
    ),
    "hr": Inflections(
        "hunspell-hr 1:7.5.0-1",
        "građanin građani, zakon zakoni, škola škole, ulica ulice, peticija peticije, šuma šume, porez poreza, grad "
        "gradovi, prijedlog prijedlozi, općina općini, vijeće vijeća, savjet savjeta, cesta cesti, rijeka rijeci, "
        "knjiga knjizi, odluka odluci, predstavnik predstavnici, radnik radnici, izbor izbori, pravo prava, ministar "
        "ministra, vlada vlade, proračun proračuna, glas glasovi, sudac suca, put putovi, građanka građanke, javni "
        "javnog, otac oca, rasprava rasprave, vrijeme vremena, most mostovi, zahtjev zahtjevi",
        "zakup",
        "čovjek ljudi ~, dijete djeca ~",
        "the plural is another word",
    ),
    "hu": Inflections(
        "hunspell-hu 1:7.5.0-1",
        "város városok, polgár polgárok, törvény törvények, petíció petíciók, erdő erdők, utca utcában, ház házban, út "
        "utak, választás választások, adó adók, döntés döntések, könyv könyvek, folyó folyók, ország országok, tanács "
        "tanácsok, jog jogok, költségvetés költségvetések, polgármester polgármesterek, nyár nyarak, víz vizek, kéz "
        "kezek, levél levelek",
        "vár",
        "javaslat javaslatot, ló lovak, tó tavak, híd hidak, kérelem kérelmek, iskola iskolák, kerület kerületek, "
        "önkormányzat önkormányzatok, falu falvak, gyerek gyerekek, szavazat szavazatok, bokor bokrok",
        "the stemmer takes -at and the like off the base form too, and leaves the vowel of the stem before -k",
    ),
    "it": Inflections(
        "hunspell-it 1:7.5.0-1",
        "petizione petizioni, legge leggi ~, scuola scuole, cittadino cittadini, proposta proposte, strada strade, "
        "bosco boschi, banca banche, consiglio consigli, comune comuni, tassa tasse ~, amico amici ~, sindaco sindaci "
        "~, voto voti, votare votano, decisione decisioni, regione regioni, pubblico pubblici ~, parco parchi, uovo "
        "uova ~, mano mani, bilancio bilanci, biblioteca biblioteche, diritto diritti, albero alberi, luogo luoghi, "
        "dito dita ~, spiaggia spiagge ~, progetto progetti",
        "leggero",
        "uomo uomini ~, dio dei ~",
        "the plural has a longer stem",
    ),
    "lt": Inflections(
        "hunspell-lt 1:7.5.0-1",
        "miestas miesto, peticija peticijos, įstatymas įstatymai, mokykla mokyklos, gatvė gatvės, pilietis piliečiai, "
        "savivaldybė savivaldybės, miškas miškai, vanduo vandens, žmogus žmonės ~, vaikas vaikai, upė upės, kelias "
        "keliai, sprendimas sprendimų, pasiūlymas pasiūlymų, mokestis mokesčiai, teisė teisės, taryba tarybos, "
        "valstybė valstybių, medis medžiai, akmuo akmenys, namas namuose, rinkimas rinkimai, ministras ministrų, šuo "
        "šunys ~, balsas balsai, viešas viešų, sesuo seserys, biudžetas biudžeto, ežeras ežerai, žodis žodžiai, sritis "
        "sričių",
        "miegas",
    ),
    "lv": Inflections(
        "hunspell-lv 1.4.0-4",
        "pilsēta pilsētas, likums likumi, skola skolas, iela ielas, mežs meži, priekšlikums priekšlikumi, iniciatīva "
        "iniciatīvas, pašvaldība pašvaldību, nodoklis nodokļi, ceļš ceļi, iedzīvotājs iedzīvotāji, lēmums lēmumu, "
        "balsojums balsojumi, upe upju, ūdens ūdeņi, brālis brāļi, tirgus tirgum, vēlēšanas vēlēšanu, ministrs "
        "ministri, pilsonis pilsoņi, biedrs biedri, valsts valstis, tiesība tiesību, bērns bērni, cilvēks cilvēki, "
        "zeme zemju, lācis lāči, suns suņi, sabiedrisks sabiedriska, skolotājs skolotāji, budžets budžeta, māja māju, "
        "krūms krūmi",
        "skolnieks",
    ),
    "mt": Inflections(
        "none can be had; read by hand: LexiconMlt of the Grammatical Framework (repository at 381d9d2b)",
        "mistoqsija mistoqsijiet, raġun raġunijiet, reliġjon reliġjonijiet, persuna persuni, port portijiet, art "
        "artijiet, siġra siġriet, għolja għoljiet, missier missierijiet, bank bankijiet, ilma ilmijiet, omm ommijiet, "
        "petizzjoni petizzjonijiet ?, liġi liġijiet ?, proġett proġetti ?, kunsill kunsilli ?, ċittadin ċittadini ?, "
        "proposta proposti ?, vot voti ?, taxxa taxxi ?, gvern gvernijiet ?, konsultazzjoni konsultazzjonijiet ?, "
        "ministru ministri ?, pajjiż pajjiżi ?, kumitat kumitati ?, elezzjoni elezzjonijiet ?, pubbliku pubblika ?",
        "kunsens",
        "isem ismijiet, skola skejjel, belt bliet, triq toroq, dar djar, tifel tfal, raħal rħula, ktieb kotba, mara "
        "nisa, xmara xmajjar, ħanut ħwienet, siġra siġar, baġit baġits ?",
        "broken plurals change the vowels inside the word; -s is left, as many words end in it",
    ),
    "nl": Inflections(
        "hunspell-nl 2:2.20.19-2",
        "wet wetten, burger burgers, gemeente gemeenten, school scholen, voorstel voorstellen, huis huizen, stad "
        "steden ~, weg wegen, kind kinderen ~, raad raden ~, gebouw gebouwen, besluit besluiten ~, petitie petities, "
        "brief brieven, stem stemmen, verkiezing verkiezingen, schip schepen ~, boom bomen, belasting belastingen, "
        "overheid overheden, straat straten, wijk wijken, recht rechten, museum musea ~, plan plannen, kamer kamers, "
        "inwoner inwoners, besluiten besloot ~, bos bossen, ei eieren ~, vraag vragen, glas glazen ~, begroting "
        "begrotingen, mogelijkheid mogelijkheden",
        "weten",
        "lid leden ~",
        "simplemma has leden as a form of lijden",
    ),
    "pl": Inflections(
        "hunspell-pl 1:7.5.0-1",
        "miasto miasta, ustawa ustawy, petycja petycje, szkoła szkoły, obywatel obywateli, ulica ulicy, las lasów, "
        "wniosek wnioski, podatek podatki, człowiek ludzie ~, dziecko dzieci ~, gmina gmin, rada radzie, projekt "
        "projektów, głos głosów, rzeka rzece, droga dróg, dzień dni, urząd urzędu, budżet budżetu, wybór wyborów, "
        "prawo praw, sąd sądy, ręka ręce, konsultacja konsultacji, most mosty, mieszkaniec mieszkańcy, decyzja "
        "decyzje, miasto miast, publiczny publicznego, pies psy, powiat powiatów, budynek budynki, urzędnik urzędnicy",
        "laska",
        "rok lata ~",
        "the plural is another word",
    ),
    "pt": Inflections(
        "hunspell-pt-pt 1:7.5.0-1",
        "petição petições, cidadão cidadãos, cidade cidades, lei leis, escola escolas, municipal municipais, mão mãos, "
        "pão pães, decisão decisões, voto votos, juiz juízes ~, mulher mulheres, imposto impostos, conselho conselhos, "
        "animal animais, eleição eleições, papel papéis, mês meses, orçamento orçamentos, proposta propostas, país "
        "países, votar votam, capitão capitães, público públicos, luz luzes, hospital hospitais, homem homens, jovem "
        "jovens, direito direitos, autarquia autarquias, ordem ordens, útil úteis",
        "leite",
        "rio rios",
        "simplemma has rio as a form of rir",
    ),
    "ro": Inflections(
        "hunspell-ro 1:7.5.0-1",
        "petiție petiții, lege legi ~, cetățean cetățeni, oraș orașe, școală școli ~, pădure păduri ~, stradă străzi "
        "~, om oameni ~, drum drumuri, tren trenuri, primar primari, primărie primării, hotărâre hotărâri ~, propunere "
        "propuneri, drept drepturi, casă case, lac lacuri, ministru miniștri, taxă taxe, buget bugete, floare flori, "
        "alegere alegeri, fată fete ~, carte cărți ~, mână mâini ~, masă mese ~, țară țări, cale căi ~, public "
        "publice, vot voturi, județ județe, consiliu consilii",
        "cetate",
        "copil copii ~, stat state",
        "simplemma has copii as a form of copie, stat of sta",
    ),
    "sk": Inflections(
        "hunspell-sk 1:7.5.0-1",
        "mesto mestá, petícia petície, zákon zákony, škola školy, občan občania, ulica ulice, daň dane, človek ľudia "
        "~, dieťa deti ~, obec obcí, dom domov, návrh návrhov, rozpočet rozpočtu, úrad úradoch, rieka riek, cesta "
        "ciest, hlas hlasov, voľba volieb, kraj krajov, rok rokov, minister ministri, verejný verejného, poslanec "
        "poslanci, kniha kníh, rozhodnutie rozhodnutia, vláda vlády, ruka rúk ~, stavba stavieb, starosta starostovia "
        "~, pes psy, deň dni, úradník úradníci",
        "mesiac",
        "mesto miest",
        "simplemma has miest as a form of another word",
    ),
    "sl": Inflections(
        "hunspell-sl 1:7.5.0-1",
        "mesto mesta, peticija peticije, zakon zakoni, šola šole, občan občani, gozd gozdovi ~, davek davki, človek "
        "ljudje ~, otrok otroci ~, občina občin, hiša hiš, predlog predlogi, cesta cest, dan dnevi ~, glas glasov, "
        "reka rek, odločitev odločitve, pravica pravic, svet svetov, most mostovi ~, proračun proračuna, minister "
        "ministri, volitve volitev ~, knjiga knjig, drevo drevesa ~, javen javnega, predstavnik predstavniki, mati "
        "matere ~, poslanec poslanci, okolje okolja, človek človeka ~, pes psa ~",
        "mestnik",
        "vlada vlade, vas vasi ~",
        "simplemma has vlada as a form of vladati, vas of ti",
    ),
    "sv": Inflections(
        "hunspell-sv 1:7.5.0-1",
        "stad städer ~, lag lagar, skola skolor, förslag förslagen, skog skogar, gata gator, skatt skatter, bok böcker "
        "~, barn barnen, kommun kommuner, medborgare medborgaren, man män ~, natt nätter ~, hus husen, land länder, "
        "beslut besluten, ministerium ministerier, väg vägar, råd råden, val valet, budget budgeten, ort orter, arbete "
        "arbeten, museum museer, hand händer, röst röster ~, namn namnen, remiss remisser ~, offentlig offentliga, "
        "kvinna kvinnor, fot fötter, tand tänder, bonde bönder ~, möte möten, ledamot ledamöter ~",
        "lagun",
        "mus möss ~",
        "simplemma has möss as a form of mössa",
    ),
}
