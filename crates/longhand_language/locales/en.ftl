# The words that the engine adds to a story, in English. `docs/languages.md` explains the format and how to add a language.
#
# A comment names the variables that its message may use. In messages about an amount, $n is the number for the choice of a
# form, $number the number in words, and $number_feminine the same in the feminine, for languages that distinguish it.
# A message of several lines is a list of alternatives, one in each line. An empty list is written { "" }.

## Numbers

number-digits = 0123456789
number-decimal = { "." }
number-grouping = { "," }
# $number
number-negative = minus { $number }
number-infinite = no end of
number-0 = no
number-1 = one
number-2 = two
number-3 = three
number-4 = four
number-5 = five
number-6 = six
number-7 = seven
number-8 = eight
number-9 = nine
number-10 = ten
number-11 = eleven
number-12 = twelve
number-13 = thirteen
number-14 = fourteen
number-15 = fifteen
number-16 = sixteen
number-17 = seventeen
number-18 = eighteen
number-19 = nineteen
number-20 = twenty
number-30 = thirty
number-40 = forty
number-50 = fifty
number-60 = sixty
number-70 = seventy
number-80 = eighty
number-90 = ninety
# $tens, $ones, $ones_number
number-compound = { $tens }-{ $ones }
# $n, $number, $number_feminine, $style: `words` or `digits`
times = { $n ->
    [0] never
    [1] once
    [2] twice
   *[other] { $number } times
}
ordinal-1 = first
ordinal-2 = second
ordinal-3 = third
ordinal-4 = fourth
ordinal-5 = fifth
ordinal-6 = sixth
ordinal-7 = seventh
ordinal-8 = eighth
ordinal-9 = ninth
ordinal-10 = tenth
ordinal-11 = eleventh
ordinal-12 = twelfth
# $word, $word_feminine, $case, $gender
ordinal = { $word }
# $digits, $n, $last: the last digit, $last_two: the last two, $case, $gender
ordinal-digits = { $digits }{ $last_two ->
    [11] th
    [12] th
    [13] th
   *[other] { $last ->
        [1] st
        [2] nd
        [3] rd
       *[other] th
    }
}
# $unit: `second` to `year`, $n, $number, $number_feminine, $case
duration = { $number } { $unit ->
    [second] { $n ->
        [1] second
       *[other] seconds
    }
    [minute] { $n ->
        [1] minute
       *[other] minutes
    }
    [hour] { $n ->
        [1] hour
       *[other] hours
    }
    [day] { $n ->
        [1] day
       *[other] days
    }
    [week] { $n ->
        [1] week
       *[other] weeks
    }
    [month] { $n ->
        [1] month
       *[other] months
    }
   *[year] { $n ->
        [1] year
       *[other] years
    }
}

## Words and sentences

# $n, $number, $number_feminine, $noun: in the form for $n, $gender, $case
counted = { $number } { $noun }
# $noun, $sound: `vowel` or `consonant` (English only), $gender, $case
article = { $sound ->
    [vowel] an
   *[other] a
} { $noun }
list-comma = { ", " }
list-and = { " and " }
full-stop = { "." }
# Words whose full stop does not end a sentence. `1.` stands for any number.
abbreviations =
    Mr.
    Mrs.
    Ms.
    Dr.
    St.

## Pronouns, each with its other forms and with the verbs that agree with it

pronoun-she = she
    .him = her
    .his = her
    .hers = hers
    .himself = herself
    .is = is
    .was = was
    .has = has
    .does = does
pronoun-he = he
    .him = him
    .his = his
    .hers = his
    .himself = himself
    .is = is
    .was = was
    .has = has
    .does = does
pronoun-it = it
    .him = it
    .his = its
    .hers = its
    .himself = itself
    .is = is
    .was = was
    .has = has
    .does = does
pronoun-they = they
    .him = them
    .his = their
    .hers = theirs
    .himself = themself
    .is = are
    .was = were
    .has = have
    .does = do
pronoun-i = I
    .him = me
    .his = my
    .hers = mine
    .himself = myself
    .is = am
    .was = was
    .has = have
    .does = do
pronoun-you = you
    .him = you
    .his = your
    .hers = yours
    .himself = yourself
    .is = are
    .was = were
    .has = have
    .does = do
# Where a book puts pronouns for names: `clauses` (everywhere in the clauses of the scene; only for languages with the word
# order of English), `subjects` (at the beginning of sentences) or `nowhere`.
book-pronouns = clauses

## Dates and times

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
season-spring = spring
season-summer = summer
season-autumn = autumn
season-winter = winter
# $weekday, $month
date-phrase = on a { $weekday } in { $month }
# In a calendar without weeks. $month
date-phrase-no-week = in { $month }
# On a day between the months. $month: its name
date-phrase-feast = at { $month }
# In a scene that counts turns. $turn
date-phrase-turn = in { $turn }
# $number
turn = turn { $number }
# $name: the scene's own name of a turn, $number
turn-named = { $name } { $number }
time-after-midnight = after midnight
time-middle-of-night = in the middle of the night
time-before-dawn = before dawn
time-early-morning = early in the morning
time-morning = in the morning
time-noon = around noon
time-afternoon = in the afternoon
time-late-afternoon = late in the afternoon
time-evening = in the evening
time-late-evening = late in the evening
time-night = at night
# $hour, $minute
clock = { $hour }:{ $minute }
# In a scene of seconds. $hour, $minute, $second
clock-seconds = { $hour }:{ $minute }:{ $second }
# $weekday, $day, $month, $year
long-date = { $weekday }, { $day } { $month } { $year }
# $day, $month, $year, $clock
timestamp = { $day } { $month } { $year }, { $clock }
# $month, $year
month-year = { $month } { $year }
# A year before the first. $number
year-before = { $number } BC
# $day, $month, $year
full-date = { $day } { $month } { $year }
# $weekday, $date
weekday-date = { $weekday }, { $date }
# $date, $clock
date-clock = { $date }, { $clock }
# $n, $number, $number_feminine, $case
turns = { $n ->
    [1] a turn
   *[other] { $number } turns
}
# $n, $number, $number_feminine, $case
centuries = { $n ->
    [1] a century
   *[other] { $number } centuries
}
# A time that is told in seconds to hours, turns or centuries. $amount, $amount_dative, $amount_genitive, $n
ago = { $amount } ago
ago-moment = a moment ago
ago-today = today
ago-yesterday = yesterday
# $n, $number, $number_feminine
ago-days = { $number } days ago
# $weekday: two to six days ago, in a composed sentence
ago-weekday = on { $weekday }
# $n, $number, $number_feminine
ago-weeks = { $number } weeks ago
# $month
ago-month = in { $month }
# $season: its name, $season_key: `spring` to `winter`
ago-season = last { $season }
# $n, $number, $number_feminine
ago-years = { $number } { $n ->
    [1] year
   *[other] years
} ago

## What a run tells

# $text
again = Again: { $text }
# $text
again-more = And again: { $text }
# An event without prose. $who, $event, $with: `plain-with` or nothing, $about: `plain-about` or nothing
plain-sentence = { $who }: { $event }{ $with }{ $about }.
# $event, $with, $about
plain-sentence-nobody = { $event }{ $with }{ $about }.
# $names
plain-with = , with { $names }
# $names
plain-about = , about { $names }
# What somebody tells, as a clause after "told". $a, $b: whom it is about; $what: the tie, attribute, dimension or event as words, or a place
# or an agent; $holds: `yes` or `no`; $pronoun_a, $pronoun_b: `she`, `he`, `they` or `it`
topic-mutual-tie = that { $a } and { $b } are { $holds ->
    [yes] { $what }
   *[no] not { $what }
}
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-tie = that { $a } { $holds ->
    [yes] { $what } { $b }
   *[no] no longer { $what } { $b }
}
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-attribute = of the { $what } of { $a }
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-dimension = of the { $what } of { $a } for { $b }
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-event-alone = of the { $what } of { $a }
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-event = of the { $what } of { $a } and { $b }
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-place = that { $a } was at { $what }
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-holder = that { $what } had { $a }
# $a, $b, $what, $holds, $pronoun_a, $pronoun_b
topic-nowhere = that nobody knew where { $a } was
# What somebody felt in an event without prose. $emotion, $who, $pronoun: `she`, `he`, `they` or `it`
felt = { $emotion ->
    [joy] { $who } was glad
    [distress] { $who } was unhappy
    [hope] { $who } was full of hope
    [fear] { $who } was afraid
    [relief] { $who } was relieved
    [disappointment] { $who } was disappointed
    [pride] { $who } was proud
    [shame] { $who } was ashamed
    [gratitude] { $who } was grateful
    [anger] { $who } was angry
    [admiration] { $who } was full of admiration
    [reproach] { $who } was indignant
    [gladness] { $who } was glad
    [pity] { $who } felt pity
    [love] { $who } was full of love
   *[longing] { $who } was full of longing
}.
# What somebody felt toward another. $emotion, $who, $whom, $pronoun: that of $who
felt-toward = { $emotion ->
    [joy] { $who } was glad about { $whom }
    [distress] { $who } was unhappy about { $whom }
    [hope] { $who } put hope in { $whom }
    [fear] { $who } was afraid of { $whom }
    [relief] { $who } was relieved about { $whom }
    [disappointment] { $who } was disappointed in { $whom }
    [pride] { $who } was proud of { $whom }
    [shame] { $who } was ashamed before { $whom }
    [gratitude] { $who } was grateful to { $whom }
    [anger] { $who } was angry with { $whom }
    [admiration] { $who } admired { $whom }
    [reproach] { $who } was indignant at { $whom }
    [gladness] { $who } was glad for { $whom }
    [pity] { $who } felt sorry for { $whom }
    [love] { $who } felt love for { $whom }
   *[longing] { $who } longed for { $whom }
}.
# The sum of what was not told. $sums
summary-day-before = The day before, { $sums }.
# $sums, $unit, $n, $number, $number_feminine, $case
summary-before = In the { $n ->
    [1] { $unit ->
        [second] second
        [minute] minute
        [hour] hour
        [day] day
        [week] week
        [month] month
       *[year] year
    }
   *[other] { duration }
} before, { $sums }.
# $amount, $amount_dative, $amount_genitive, $sums
summary-amount-before = In the { $amount } before, { $sums }.
# $name, $sums
summary-of-agent = { $name }: { $sums }
# $number, $event
summary-event = { $number } × { $event }
# $number, $event, $name
summary-event-with = { $number } × { $event } with { $name }
# $n, $number
summary-others = { $number } of other kinds
summary-comma = { ", " }
summary-separator = { "; " }

## What a book adds between sentences
##
## A `lead-…` begins a sentence whose subject comes first; a `time-…` is a sentence of its own, before other sentences and
## where there is no lead. $part: `morning`, `afternoon`, `evening` or `night`, $weekday, $month: with its year where that is
## new, $n, $number, $number_feminine: the days or years since the last sentence

# $part, $weekday, $month
lead-first = one { $part } in { $month },
# $part, $weekday, $month
time-first = It was { $month }.
# $part, $weekday, $month
lead-same-day =
    that { $part }
    the same { $part }
# $part, $weekday, $month
time-same-day = { "" }
# $part, $weekday, $month
lead-next-night =
    the night after,
    the next night
# $part, $weekday, $month
lead-next-day =
    the next { $part }
    the day after,
# $part, $weekday, $month
time-next-day = { "" }
# $part, $weekday, $month, $n, $number, $number_feminine
lead-days =
    on { $weekday }
    { $number } days later
    that { $weekday }
# $part, $weekday, $month, $n, $number, $number_feminine
time-days =
    { $weekday } came.
    { $number } days went by.
    Then it was { $weekday }.
# $part, $weekday, $month
lead-week =
    a week later
    the { $weekday } after,
# $part, $weekday, $month
time-week =
    A week went by.
    It was { $weekday } again.
    Another week passed.
# $part, $weekday, $month
lead-same-month = one { $part }
# $part, $weekday, $month
lead-late-in-month =
    on a { $weekday }, late in { $month },
    one { $part }
    before { $month } was over,
# $part, $weekday, $month
time-same-month =
    It was a { $weekday }, and still { $month }.
    Then came a { $weekday }.
    { $month } went on.
# $part, $weekday, $month
lead-weeks =
    one { $part } in { $month },
    in { $month }
    on a { $weekday } in { $month },
# $part, $weekday, $month
time-weeks =
    It was { $month }.
    Then it was { $month }.
    { $month } came.
# $part, $weekday, $month
lead-months =
    in { $month }
    when { $month } came,
    one { $part } in { $month },
# $part, $weekday, $month
time-months =
    { $month } came.
    It was { $month } by then.
# $part, $weekday, $month
lead-year =
    a year later
    in { $month }
# $part, $weekday, $month
time-year =
    A year went by.
    It was { $month }.
# $part, $weekday, $month, $n, $number, $number_feminine
lead-years =
    { $number } { $n ->
        [1] year
       *[other] years
    } later
    in { $month }
# $part, $weekday, $month, $n, $number, $number_feminine
time-years =
    { $number } { $n ->
        [1] year
       *[other] years
    } went by.
    It was { $month }.
# A time that is told in seconds to hours, turns or centuries. $amount, $amount_dative, $amount_genitive, $n
lead-later =
    { $amount } later
    after { $amount },
# $amount, $amount_dative, $amount_genitive, $n
time-later = { $amount } went by.
# $turn
lead-turn = in { $turn },
# $turn
time-turn = It was { $turn }.
# The time of one event among many. $part, $weekday
lead-occasion =
    one { $part }
    on a { $weekday }
    one day
    one { $weekday }
    one { $weekday } { $part }
    on one of those { $part }s
# From a cause to its effect.
lead-consequence =
    so
    because of this
    and so
# From one step to the next.
lead-next-step =
    then
    at that
    and then
# Between sentences that would begin with the same word.
lead-next =
    then
    later
    after that
# A sentence between two that would begin with the same word: when and where one of them happened. $date: `date-phrase`, $time: `time-…`,
# $place, $day: `long-date`
aside =
    It was { $date }.
    It was { $time }.
    That was { $date }.
    The date was { $day }.
# $clause
lead-because = because { $clause },
# $name, $clause
learned = that was how { $name } came to know that { $clause }.
# $first, $second
joined = { $first }, and { $second }
# Beginnings of a predicate that describes an earlier state; such a sentence gets no lead.
retrospective-words =
    had
    has
    have
    was
    were
    is
    are
    still

## Habits in a book: a period, what was done, how often

# In a scene of seconds or of turns.
span-moments =
    meanwhile,
    all the while
span-few-days =
    in those days
    meanwhile,
span-week =
    all that week
    in the days that followed,
    that week
# $first, $last: the months
span-weeks-of-month =
    for the better part of { $first },
    in the days that followed,
    meanwhile,
# $first, $last
span-weeks =
    in the weeks that followed,
    { $first } became { $last }, and meanwhile
    for two weeks or so,
    in those weeks
# $first, $last
span-month =
    all { $first }
    in those weeks
# $first, $last
span-two-months =
    from { $first } into { $last },
    well into { $last },
    in the weeks that followed,
    for weeks
# $first, $last
span-months =
    in the months that followed,
    from { $first } to { $last },
    month after month
span-year =
    all that year
    in the year that followed,
# $n, $number, $number_feminine
span-years =
    in the { $number } { $n ->
        [1] year
       *[other] years
    } that followed,
    year after year
    for { $number } { $n ->
        [1] year
       *[other] years
    }
# Words that say what hour or season it is, each with the hours or the months in which they are true: `word = first-last`. Among the
# wordings of an event one that such a word makes false comes last.
hours-of-words =
    breakfast = 5-11
    at dawn = 3-9
    sunrise = 3-9
    at noon = 11-14
    at dusk = 16-23
    sunset = 16-22
    midnight = 22-3
months-of-words =
    snow = 11-4
    snowed = 11-4
    frost = 10-4
    hard frost = 10-4
    in the heat = 5-9
    heatwave = 5-9
# How things had come to be by the time.
span-state =
    by then
    by now
    by this time
frequency-once = once
frequency-twice = twice
frequency-again-and-again = again and again
frequency-several-a-day = day after day
frequency-daily = nearly every day
frequency-every-other-day = every other day
frequency-every-few-days = every few days
frequency-weekly = week after week
frequency-rarely = now and then
# $event, $times
count-phrase = “{ $event }” { $times }
# $event, $name, $times
count-phrase-with = “{ $event }” with { $name } { $times }

## Titles

# $number, $title
chapter-heading = { $number }. { $title }
# $first_month, $last_month, $first_year, $last_year
chapter-months = { $first_month } to { $last_month } { $last_year }
# $first_month, $last_month, $first_year, $last_year
chapter-years = { $first_month } { $first_year } to { $last_month } { $last_year }
# $title
chapter-again = { $title }, again
# $name
as-known-by = As { $name } knew it
# $name
story-of = The story of { $name }
story-of-all = The story of everybody
# $from, $to
dates-from-to = { $from }, to { $to }
epub-contents = Contents
epub-title = Title
page-chapters = Chapters
page-sentence-events = Events of this sentence
# $date
page-relations = How they stood to one another, { $date }.
page-lives = Lives
page-lives-about = The attributes that changed most; the marks above are beats.
# $name, $attributes
page-plot = { $name } over time: { $attributes }
page-beats = Beats
page-what = What
page-when = When
page-events = What happened
page-back = Back to the text
# $events
page-causes = Because of { $events }.
page-summaries = What was summed up
# $n, $number
page-event-count = { $number } { $n ->
    [1] event
   *[other] events
}
# $number
page-more = and { $number } more
# $events, $n, $number: the words
page-footer = { $events } events, told in { $number } { $n ->
    [1] word
   *[other] words
}.
