# The words that the engine adds to a story, in German. en.ftl says what each message is for.
#
# German puts the verb second, so no phrase may precede a sentence of the scene without changing it. Times are therefore
# sentences of their own, and summaries begin with a colon.

## Numbers

number-digits = 0123456789
number-decimal = { "," }
number-grouping = { "." }
number-negative = minus { $number }
number-infinite = unendlich viele
number-0 = null
number-1 = eins
number-2 = zwei
number-3 = drei
number-4 = vier
number-5 = fünf
number-6 = sechs
number-7 = sieben
number-8 = acht
number-9 = neun
number-10 = zehn
number-11 = elf
number-12 = zwölf
number-13 = dreizehn
number-14 = vierzehn
number-15 = fünfzehn
number-16 = sechzehn
number-17 = siebzehn
number-18 = achtzehn
number-19 = neunzehn
number-20 = zwanzig
number-30 = dreißig
number-40 = vierzig
number-50 = fünfzig
number-60 = sechzig
number-70 = siebzig
number-80 = achtzig
number-90 = neunzig
number-compound = { $ones_number ->
    [1] ein
   *[other] { $ones }
}und{ $tens }
times = { $n ->
    [0] nie
    [1] einmal
   *[other] { $style ->
        [words] { $number }mal
       *[digits] { $number }-mal
    }
}
ordinal-1 = erst
ordinal-2 = zweit
ordinal-3 = dritt
ordinal-4 = viert
ordinal-5 = fünft
ordinal-6 = sechst
ordinal-7 = siebt
ordinal-8 = acht
ordinal-9 = neunt
ordinal-10 = zehnt
ordinal-11 = elft
ordinal-12 = zwölft
# After an article: "das erste Mal", "zum ersten Mal".
ordinal = { $case ->
    [accusative] { $gender ->
        [masculine] { $word }en
       *[other] { $word }e
    }
    [dative] { $word }en
    [genitive] { $word }en
   *[nominative] { $word }e
}
ordinal-digits = { $digits }.
duration = { $n ->
    [1] { $unit ->
        [second] { one-feminine } Sekunde
        [minute] { one-feminine } Minute
        [hour] { one-feminine } Stunde
        [day] { one-masculine } Tag
        [week] { one-feminine } Woche
        [month] { one-masculine } Monat
       *[year] { one-neuter } Jahr
    }
   *[other] { $number } { $unit ->
        [second] Sekunden
        [minute] Minuten
        [hour] Stunden
        [day] { $case ->
            [dative] Tagen
           *[other] Tage
        }
        [week] Wochen
        [month] { $case ->
            [dative] Monaten
           *[other] Monate
        }
       *[year] { $case ->
            [dative] Jahren
           *[other] Jahre
        }
    }
}
one-feminine = { $case ->
    [dative] einer
    [genitive] einer
   *[nominative] eine
}
one-masculine = { $case ->
    [accusative] einen
    [dative] einem
    [genitive] eines
   *[nominative] ein
}
one-neuter = { $case ->
    [dative] einem
    [genitive] eines
   *[nominative] ein
}

## Words and sentences

counted = { $n ->
    [0] keine { $noun }
    [1] { article }
   *[other] { $number } { $noun }
}
article = { $gender ->
    [feminine] { one-feminine }
    [neuter] { one-neuter }
   *[masculine] { one-masculine }
} { $noun }
list-comma = { ", " }
list-and = { " und " }
full-stop = { "." }
abbreviations =
    1.
    Hr.
    Fr.
    Dr.
    Prof.
    St.
    Nr.
    bzw.
    ca.
    usw.
    z.
    B.

## Pronouns

pronoun-she = sie
    .him = sie
    .dative = ihr
    .his = ihr
    .hers = ihrer
    .himself = sich
    .is = ist
    .was = war
    .has = hat
    .does = tut
pronoun-he = er
    .him = ihn
    .dative = ihm
    .his = sein
    .hers = seiner
    .himself = sich
    .is = ist
    .was = war
    .has = hat
    .does = tut
pronoun-it = es
    .him = es
    .dative = ihm
    .his = sein
    .hers = seiner
    .himself = sich
    .is = ist
    .was = war
    .has = hat
    .does = tut
pronoun-they = sie
    .him = sie
    .dative = ihnen
    .his = ihr
    .hers = ihrer
    .himself = sich
    .is = sind
    .was = waren
    .has = haben
    .does = tun
pronoun-i = ich
    .him = mich
    .dative = mir
    .his = mein
    .hers = meiner
    .himself = mich
    .is = bin
    .was = war
    .has = habe
    .does = tue
pronoun-you = du
    .him = dich
    .dative = dir
    .his = dein
    .hers = deiner
    .himself = dich
    .is = bist
    .was = warst
    .has = hast
    .does = tust
book-pronouns = subjects

## Dates and times

month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
month-short-1 = Jan.
month-short-2 = Febr.
month-short-3 = März
month-short-4 = April
month-short-5 = Mai
month-short-6 = Juni
month-short-7 = Juli
month-short-8 = Aug.
month-short-9 = Sept.
month-short-10 = Okt.
month-short-11 = Nov.
month-short-12 = Dez.
weekday-1 = Montag
weekday-2 = Dienstag
weekday-3 = Mittwoch
weekday-4 = Donnerstag
weekday-5 = Freitag
weekday-6 = Samstag
weekday-7 = Sonntag
season-spring = Frühling
season-summer = Sommer
season-autumn = Herbst
season-winter = Winter
date-phrase = an einem { $weekday } im { $month }
date-phrase-no-week = im { $month }
date-phrase-feast = an { $month }
date-phrase-turn = in { $turn }
turn = Runde { $number }
turn-named = { $name } { $number }
time-after-midnight = nach Mitternacht
time-middle-of-night = mitten in der Nacht
time-before-dawn = vor Tagesanbruch
time-early-morning = früh am Morgen
time-morning = am Vormittag
time-noon = um die Mittagszeit
time-afternoon = am Nachmittag
time-late-afternoon = am späten Nachmittag
time-evening = am Abend
time-late-evening = spät am Abend
time-night = in der Nacht
clock = { $hour }:{ $minute }
clock-seconds = { $hour }:{ $minute }:{ $second }
long-date = { $weekday }, { $day }. { $month } { $year }
timestamp = { $day }. { $month } { $year }, { $clock }
month-year = { $month } { $year }
year-before = { $number } v. Chr.
full-date = { $day }. { $month } { $year }
weekday-date = { $weekday }, { $date }
date-clock = { $date }, { $clock }
turns = { $n ->
    [1] { one-feminine } Runde
   *[other] { $number } Runden
}
centuries = { $n ->
    [1] { one-neuter } Jahrhundert
   *[other] { $number } { $case ->
        [dative] Jahrhunderten
       *[other] Jahrhunderte
    }
}
ago = vor { $amount_dative }
ago-moment = eben erst
ago-today = heute
ago-yesterday = gestern
ago-days = vor { $number } Tagen
# $weekday: two to six days ago, in a composed sentence
ago-weekday = am { $weekday }
ago-weeks = vor { $number } Wochen
ago-month = im { $month }
ago-season = im letzten { $season }
ago-years = vor { $n ->
    [1] einem Jahr
   *[other] { $number } Jahren
}

## What a run tells

again = Noch einmal: { $text }
again-more = Und noch einmal: { $text }
plain-sentence = { $who }: { $event }{ $with }{ $about }.
plain-sentence-nobody = { $event }{ $with }{ $about }.
plain-with = , mit { $names }
plain-about = , über { $names }
topic-mutual-tie = dass { $a } und { $b } { $holds ->
    [yes] { $what } sind
   *[no] nicht { $what } sind
}
topic-tie = dass { $a } { $b } { $holds ->
    [yes] { $what }
   *[no] nicht mehr { $what }
}
topic-attribute = von { $what } bei { $a }
topic-dimension = von { $what } bei { $a } für { $b }
topic-event-alone = von { $what } bei { $a }
topic-event = von { $what } bei { $a } und { $b }
topic-place = dass { $a } hier war: { $what }
topic-holder = dass { $what } es hatte: { $a }
topic-nowhere = dass niemand wusste, wo { $a } war
felt = { $emotion ->
    [joy] { $who } freute sich
    [distress] { $who } war unglücklich
    [hope] { $who } war voller Hoffnung
    [fear] { $who } hatte Angst
    [relief] { $who } war erleichtert
    [disappointment] { $who } war enttäuscht
    [pride] { $who } war stolz
    [shame] { $who } schämte sich
    [gratitude] { $who } war dankbar
    [anger] { $who } war wütend
    [admiration] { $who } war voller Bewunderung
    [reproach] { $who } war empört
    [gladness] { $who } freute sich
    [pity] { $who } empfand Mitleid
    [love] { $who } war voller Liebe
   *[longing] { $who } war voller Sehnsucht
}.
felt-toward = { $emotion ->
    [joy] { $who } freute sich über { $whom }
    [distress] { $who } war unglücklich über { $whom }
    [hope] { $who } setzte Hoffnung auf { $whom }
    [fear] { $who } hatte Angst vor { $whom }
    [relief] { $who } war erleichtert über { $whom }
    [disappointment] { $who } war enttäuscht von { $whom }
    [pride] { $who } war stolz auf { $whom }
    [shame] { $who } schämte sich vor { $whom }
    [gratitude] { $who } empfand Dankbarkeit für { $whom }
    [anger] { $who } war wütend auf { $whom }
    [admiration] { $who } bewunderte { $whom }
    [reproach] { $who } war empört über { $whom }
    [gladness] { $who } freute sich für { $whom }
    [pity] { $who } empfand Mitleid mit { $whom }
    [love] { $who } empfand Liebe für { $whom }
   *[longing] { $who } sehnte sich nach { $whom }
}.
summary-day-before = Am Tag davor – { $sums }.
summary-before = { $n ->
    [1] { $unit ->
        [second] In der Sekunde
        [minute] In der Minute
        [hour] In der Stunde
        [day] Am Tag
        [week] In der Woche
        [month] In dem Monat
       *[year] In dem Jahr
    }
   *[other] In den { $number } { $unit ->
        [second] Sekunden
        [minute] Minuten
        [hour] Stunden
        [day] Tagen
        [week] Wochen
        [month] Monaten
       *[year] Jahren
    }
} davor – { $sums }.
summary-amount-before = Vorher, in { $amount_dative } – { $sums }.
summary-of-agent = { $name }: { $sums }
summary-event = { $number } × { $event }
summary-event-with = { $number } × { $event } mit { $name }
summary-others = { $number } × anderes
summary-comma = { ", " }
summary-separator = { "; " }

## What a book adds between sentences

lead-first = { "" }
time-first = Es war { $part ->
    [morning] ein Morgen
    [afternoon] ein Nachmittag
    [evening] ein Abend
   *[night] eine Nacht
} im { $month }.
lead-same-day = { "" }
time-same-day =
    Es wurde { $part ->
        [morning] Morgen
        [afternoon] Nachmittag
        [evening] Abend
       *[night] Nacht
    }.
    Dann kam { $part ->
        [morning] der Morgen
        [afternoon] der Nachmittag
        [evening] der Abend
       *[night] die Nacht
    }.
lead-next-night = { "" }
lead-next-day = { "" }
time-next-day =
    Es kam { $part ->
        [morning] der nächste Morgen
        [afternoon] der nächste Nachmittag
        [evening] der nächste Abend
       *[night] die nächste Nacht
    }.
    Ein Tag verging.
    Der nächste Tag kam.
lead-days = { "" }
time-days =
    Es war { $weekday }.
    { $number } Tage vergingen.
    Es wurde { $weekday }.
lead-week = { "" }
time-week =
    Eine Woche verging.
    Wieder war es { $weekday }.
lead-same-month = { "" }
lead-late-in-month = { "" }
time-same-month =
    Es war ein { $weekday }, und noch immer { $month }.
    Dann kam ein { $weekday }.
lead-weeks = { "" }
time-weeks =
    Es war { $month }.
    Dann kam der { $month }.
    Inzwischen war es { $month }.
lead-months = { "" }
time-months =
    Es wurde { $month }.
    Inzwischen war es { $month }.
    Monate vergingen.
lead-year = { "" }
time-year =
    Ein Jahr verging.
    Inzwischen war es { $month }.
lead-years = { "" }
time-years =
    { $n ->
        [1] Ein Jahr verging
       *[other] { $number } Jahre vergingen
    }.
    Inzwischen war es { $month }.
lead-later = { "" }
time-later = { $n ->
    [1] { $amount } verging.
   *[other] { $amount } vergingen.
}
lead-turn = { "" }
time-turn = Es war { $turn }.
lead-occasion = { "" }
lead-consequence = { "" }
lead-next-step = { "" }
lead-next = { "" }
# A sentence between two that would begin with the same word: when and where the second happened. $date: `date-phrase`, $time: `time-…`,
# $place
aside =
    Es war { $date }.
    Es war { $time }.
    Das war am { $day }.
lead-because = { "" }
learned = so erfuhr es { $name }: { $clause }.
joined = { $first }, und { $second }
retrospective-words =
    hatte
    hat
    war
    ist

## Habits in a book

span-moments =
    unterdessen:
    währenddessen:
span-few-days =
    in jenen Tagen:
    unterdessen:
span-week =
    in jener Woche:
    in den Tagen danach:
    die ganze Woche:
span-weeks-of-month =
    den größten Teil des Monats { $first }:
    in den Tagen danach:
    unterdessen:
span-weeks =
    in den Wochen danach:
    zwischen { $first } und { $last }:
    etwa zwei Wochen lang:
span-month =
    den ganzen { $first }:
    in jenen Wochen:
span-two-months =
    vom { $first } bis in den { $last }:
    in den Wochen danach:
    wochenlang:
span-months =
    in den Monaten danach:
    von { $first } bis { $last }:
    Monat für Monat:
span-year =
    das ganze Jahr:
    im Jahr danach:
span-years =
    { $n ->
        [1] im Jahr
       *[other] in den { $number } Jahren
    } danach:
    Jahr für Jahr:
hours-of-words = { "" }
months-of-words = { "" }
# How things had come to be by the time.
span-state = { "" }
frequency-once = einmal
frequency-twice = zweimal
frequency-again-and-again = immer wieder
frequency-several-a-day = Tag für Tag
frequency-daily = fast jeden Tag
frequency-every-other-day = jeden zweiten Tag
frequency-every-few-days = alle paar Tage
frequency-weekly = Woche für Woche
frequency-rarely = hin und wieder
count-phrase = „{ $event }“ { $times }
count-phrase-with = „{ $event }“ mit { $name } { $times }

## Titles

chapter-heading = { $number }. { $title }
chapter-months = { $first_month } bis { $last_month } { $last_year }
chapter-years = { $first_month } { $first_year } bis { $last_month } { $last_year }
chapter-again = { $title }, noch einmal
as-known-by = Was { $name } davon wusste
story-of = Die Geschichte von { $name }
story-of-all = Die Geschichte aller
dates-from-to = { $from }, bis { $to }
epub-contents = Inhalt
epub-title = Titel
page-chapters = Kapitel
page-sentence-events = Ereignisse dieses Satzes
page-relations = Wie sie zueinander standen, { $date }.
page-lives = Lebensläufe
page-lives-about = Die Eigenschaften, die sich am stärksten änderten; die Marken darüber sind Wendepunkte.
page-plot = { $name } im Lauf der Zeit: { $attributes }
page-beats = Wendepunkte
page-what = Was
page-when = Wann
page-events = Was geschah
page-back = Zurück zum Text
page-causes = Wegen { $events }.
page-summaries = Was zusammengefasst wurde
page-event-count = { $n ->
    [1] ein Ereignis
   *[other] { $number } Ereignisse
}
page-more = und { $number } weitere
page-footer = { $events } Ereignisse, erzählt in { $n ->
    [1] einem Wort
   *[other] { $number } Wörtern
}.
