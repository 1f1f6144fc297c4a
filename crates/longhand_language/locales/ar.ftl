# The words that the engine adds to a story, in Arabic. en.ftl says what each message is for.
#
# Numbers from three to ten take the opposite gender of their noun; $number_feminine is the form for feminine nouns.

## Numbers

number-digits = ٠١٢٣٤٥٦٧٨٩
number-decimal = ٫
number-grouping = ٬
number-negative = سالب { $number }
number-infinite = ما لا نهاية له من
number-0 = صفر
    .feminine = صفر
number-1 = واحد
    .feminine = واحدة
number-2 = اثنان
    .feminine = اثنتان
number-3 = ثلاثة
    .feminine = ثلاث
number-4 = أربعة
    .feminine = أربع
number-5 = خمسة
    .feminine = خمس
number-6 = ستة
    .feminine = ست
number-7 = سبعة
    .feminine = سبع
number-8 = ثمانية
    .feminine = ثماني
number-9 = تسعة
    .feminine = تسع
number-10 = عشرة
    .feminine = عشر
number-11 = أحد عشر
    .feminine = إحدى عشرة
number-12 = اثنا عشر
    .feminine = اثنتا عشرة
# Larger numbers are written in digits.
number-13 = ١٣
number-14 = ١٤
number-15 = ١٥
number-16 = ١٦
number-17 = ١٧
number-18 = ١٨
number-19 = ١٩
number-20 = ٢٠
number-30 = ٣٠
number-40 = ٤٠
number-50 = ٥٠
number-60 = ٦٠
number-70 = ٧٠
number-80 = ٨٠
number-90 = ٩٠
number-compound = { "" }
# Adverbial, in the accusative.
times = { $n ->
    [0] ولا مرة
    [1] مرة واحدة
    [2] مرتين
    [12] اثنتي عشرة مرة
    [few] { $number_feminine } مرات
   *[other] { $number_feminine } مرة
}
ordinal-1 = الأول
    .feminine = الأولى
ordinal-2 = الثاني
    .feminine = الثانية
ordinal-3 = الثالث
    .feminine = الثالثة
ordinal-4 = الرابع
    .feminine = الرابعة
ordinal-5 = الخامس
    .feminine = الخامسة
ordinal-6 = السادس
    .feminine = السادسة
ordinal-7 = السابع
    .feminine = السابعة
ordinal-8 = الثامن
    .feminine = الثامنة
ordinal-9 = التاسع
    .feminine = التاسعة
ordinal-10 = العاشر
    .feminine = العاشرة
ordinal-11 = الحادي عشر
    .feminine = الحادية عشرة
ordinal-12 = الثاني عشر
    .feminine = الثانية عشرة
ordinal = { $gender ->
    [feminine] { $word_feminine }
   *[masculine] { $word }
}
ordinal-digits = رقم { $digits }
duration = { $unit ->
    [second] { $n ->
        [1] ثانية واحدة
        [2] { $case ->
            [genitive] ثانيتين
            [accusative] ثانيتين
           *[nominative] ثانيتان
        }
        [12] { $case ->
            [genitive] اثنتي عشرة ثانية
            [accusative] اثنتي عشرة ثانية
           *[nominative] { $number_feminine } ثانية
        }
        [few] { $number_feminine } ثوانٍ
        [many] { $number_feminine } ثانية
       *[other] { $number_feminine } ثانية
    }
    [minute] { $n ->
        [1] دقيقة واحدة
        [2] { $case ->
            [genitive] دقيقتين
            [accusative] دقيقتين
           *[nominative] دقيقتان
        }
        [12] { $case ->
            [genitive] اثنتي عشرة دقيقة
            [accusative] اثنتي عشرة دقيقة
           *[nominative] { $number_feminine } دقيقة
        }
        [few] { $number_feminine } دقائق
        [many] { $number_feminine } دقيقة
       *[other] { $number_feminine } دقيقة
    }
    [hour] { $n ->
        [1] ساعة واحدة
        [2] { $case ->
            [genitive] ساعتين
            [accusative] ساعتين
           *[nominative] ساعتان
        }
        [12] { $case ->
            [genitive] اثنتي عشرة ساعة
            [accusative] اثنتي عشرة ساعة
           *[nominative] { $number_feminine } ساعة
        }
        [few] { $number_feminine } ساعات
        [many] { $number_feminine } ساعة
       *[other] { $number_feminine } ساعة
    }
    [day] { $n ->
        [1] يوم واحد
        [2] { $case ->
            [genitive] يومين
            [accusative] يومين
           *[nominative] يومان
        }
        [12] { $case ->
            [genitive] اثني عشر يومًا
            [accusative] اثني عشر يومًا
           *[nominative] { $number } يومًا
        }
        [few] { $number } أيام
        [many] { $number } يومًا
       *[other] { $number } يوم
    }
    [week] { $n ->
        [1] أسبوع واحد
        [2] { $case ->
            [genitive] أسبوعين
            [accusative] أسبوعين
           *[nominative] أسبوعان
        }
        [12] { $case ->
            [genitive] اثني عشر أسبوعًا
            [accusative] اثني عشر أسبوعًا
           *[nominative] { $number } أسبوعًا
        }
        [few] { $number } أسابيع
        [many] { $number } أسبوعًا
       *[other] { $number } أسبوع
    }
    [month] { $n ->
        [1] شهر واحد
        [2] { $case ->
            [genitive] شهرين
            [accusative] شهرين
           *[nominative] شهران
        }
        [12] { $case ->
            [genitive] اثني عشر شهرًا
            [accusative] اثني عشر شهرًا
           *[nominative] { $number } شهرًا
        }
        [few] { $number } أشهر
        [many] { $number } شهرًا
       *[other] { $number } شهر
    }
   *[year] { $n ->
        [1] سنة واحدة
        [2] { $case ->
            [genitive] سنتين
            [accusative] سنتين
           *[nominative] سنتان
        }
        [12] { $case ->
            [genitive] اثنتي عشرة سنة
            [accusative] اثنتي عشرة سنة
           *[nominative] { $number_feminine } سنة
        }
        [few] { $number_feminine } سنوات
        [many] { $number_feminine } سنة
       *[other] { $number_feminine } سنة
    }
}

## Words and sentences

counted = { $n ->
    [0] لا { $noun }
    [1] { $noun } { $gender ->
        [feminine] واحدة
       *[masculine] واحد
    }
    [2] { $noun }
    [12] { $case ->
        [genitive] { twelve-oblique } { $noun }
        [accusative] { twelve-oblique } { $noun }
       *[nominative] { $gender ->
            [feminine] { $number_feminine } { $noun }
           *[masculine] { $number } { $noun }
        }
    }
    [few] { $gender ->
        [feminine] { $number_feminine }
       *[masculine] { $number }
    } { $noun }
    [many] { $gender ->
        [feminine] { $number_feminine }
       *[masculine] { $number }
    } { $noun }
   *[other] { $number } { $noun }
}
twelve-oblique = { $gender ->
    [feminine] اثنتي عشرة
   *[masculine] اثني عشر
}
article = { $noun }
# Every item but the first begins with "and".
list-comma = { " و" }
list-and = { " و" }
full-stop = { "." }
abbreviations =
    د.
    أ.

## Pronouns. `.him` and `.his` are suffixes: they follow the word without a space.

pronoun-she = هي
    .him = ها
    .his = ها
    .hers = لها
    .himself = نفسها
    .is = { "" }
    .was = كانت
    .has = لديها
    .does = تفعل
pronoun-he = هو
    .him = ه
    .his = ه
    .hers = له
    .himself = نفسه
    .is = { "" }
    .was = كان
    .has = لديه
    .does = يفعل
pronoun-it = هو
    .him = ه
    .his = ه
    .hers = له
    .himself = نفسه
    .is = { "" }
    .was = كان
    .has = لديه
    .does = يفعل
pronoun-they = هم
    .him = هم
    .his = هم
    .hers = لهم
    .himself = أنفسهم
    .is = { "" }
    .was = كانوا
    .has = لديهم
    .does = يفعلون
pronoun-i = أنا
    .him = ني
    .his = ي
    .hers = لي
    .himself = نفسي
    .is = { "" }
    .was = كنت
    .has = لدي
    .does = أفعل
pronoun-you = أنت
    .him = ك
    .his = ك
    .hers = لك
    .himself = نفسك
    .is = { "" }
    .was = كنت
    .has = لديك
    .does = تفعل
book-pronouns = nowhere

## Dates and times

month-1 = يناير
month-2 = فبراير
month-3 = مارس
month-4 = أبريل
month-5 = مايو
month-6 = يونيو
month-7 = يوليو
month-8 = أغسطس
month-9 = سبتمبر
month-10 = أكتوبر
month-11 = نوفمبر
month-12 = ديسمبر
month-short-1 = يناير
month-short-2 = فبراير
month-short-3 = مارس
month-short-4 = أبريل
month-short-5 = مايو
month-short-6 = يونيو
month-short-7 = يوليو
month-short-8 = أغسطس
month-short-9 = سبتمبر
month-short-10 = أكتوبر
month-short-11 = نوفمبر
month-short-12 = ديسمبر
weekday-1 = الاثنين
weekday-2 = الثلاثاء
weekday-3 = الأربعاء
weekday-4 = الخميس
weekday-5 = الجمعة
weekday-6 = السبت
weekday-7 = الأحد
season-spring = الربيع
season-summer = الصيف
season-autumn = الخريف
season-winter = الشتاء
date-phrase = في أحد أيام { $weekday } من شهر { $month }
date-phrase-no-week = في { $month }
date-phrase-feast = في { $month }
date-phrase-turn = في { $turn }
turn = الجولة { $number }
turn-named = { $name } { $number }
time-after-midnight = بعد منتصف الليل
time-middle-of-night = في جوف الليل
time-before-dawn = قبيل الفجر
time-early-morning = في الصباح الباكر
time-morning = في الصباح
time-noon = عند الظهر
time-afternoon = بعد الظهر
time-late-afternoon = في آخر العصر
time-evening = في المساء
time-late-evening = في ساعة متأخرة من المساء
time-night = في الليل
clock = { $hour }:{ $minute }
clock-seconds = { $hour }:{ $minute }:{ $second }
long-date = { $weekday }، { $day } { $month } { $year }
timestamp = { $day } { $month } { $year }، { $clock }
month-year = { $month } { $year }
year-before = { $number } ق.م
full-date = { $day } { $month } { $year }
weekday-date = { $weekday }، { $date }
date-clock = { $date }، { $clock }
turns = { $n ->
    [1] جولة واحدة
    [2] { $case ->
        [genitive] جولتين
        [accusative] جولتين
       *[nominative] جولتان
    }
    [few] { $number_feminine } جولات
    [many] { $number_feminine } جولة
   *[other] { $number_feminine } جولة
}
centuries = { $n ->
    [1] قرن واحد
    [2] { $case ->
        [genitive] قرنين
        [accusative] قرنين
       *[nominative] قرنان
    }
    [few] { $number } قرون
    [many] { $number } قرنًا
   *[other] { $number } قرن
}
ago = قبل { $amount_genitive }
ago-moment = قبل لحظة
ago-today = اليوم
ago-yesterday = أمس
ago-days = { $n ->
    [2] قبل يومين
    [12] قبل اثني عشر يومًا
    [few] قبل { $number } أيام
    [many] قبل { $number } يومًا
   *[other] قبل { $number } يوم
}
# $weekday: two to six days ago, in a composed sentence
ago-weekday = يوم { $weekday }
ago-weeks = { $n ->
    [1] قبل أسبوع
    [2] قبل أسبوعين
    [few] قبل { $number } أسابيع
    [many] قبل { $number } أسبوعًا
   *[other] قبل { $number } أسبوع
}
ago-month = في { $month }
ago-season = في { $season } الماضي
ago-years = { $n ->
    [1] قبل سنة
    [2] قبل سنتين
    [12] قبل اثنتي عشرة سنة
    [few] قبل { $number_feminine } سنوات
    [many] قبل { $number_feminine } سنة
   *[other] قبل { $number_feminine } سنة
}

## What a run tells

again = مرة أخرى: { $text }
again-more = ومرة أخرى: { $text }
plain-sentence = { $who }: { $event }{ $with }{ $about }.
plain-sentence-nobody = { $event }{ $with }{ $about }.
plain-with = ، مع { $names }
plain-about = ، عن { $names }
topic-mutual-tie = أن { $a } و{ $b } { $holds ->
    [yes] { $what }
   *[no] ليسا { $what }
}
topic-tie = أن { $a } { $holds ->
    [yes] { $what } { $b }
   *[no] لا { $what } { $b }
}
topic-attribute = عن { $what } لدى { $a }
topic-dimension = عن { $what } لدى { $a } تجاه { $b }
topic-event-alone = عن { $what } لدى { $a }
topic-event = عن { $what } بين { $a } و{ $b }
topic-place = أن { $a } في { $what }
topic-holder = أن { $a } لدى { $what }
topic-nowhere = أنه لا أحد يعرف مكان { $a }
felt = { $pronoun ->
    [she] شعرت
   *[other] شعر
} { $who } { $emotion ->
    [joy] بالفرح
    [distress] بالضيق
    [hope] بالأمل
    [fear] بالخوف
    [relief] بالارتياح
    [disappointment] بالخيبة
    [pride] بالفخر
    [shame] بالخجل
    [gratitude] بالامتنان
    [anger] بالغضب
    [admiration] بالإعجاب
    [reproach] بالاستياء
    [gladness] بالسرور
    [pity] بالشفقة
    [love] بالحب
   *[longing] بالشوق
}.
felt-toward = { $pronoun ->
    [she] شعرت
   *[other] شعر
} { $who } { $emotion ->
    [joy] بالفرح تجاه { $whom }
    [distress] بالضيق تجاه { $whom }
    [hope] بالأمل تجاه { $whom }
    [fear] بالخوف من { $whom }
    [relief] بالارتياح تجاه { $whom }
    [disappointment] بالخيبة من { $whom }
    [pride] بالفخر تجاه { $whom }
    [shame] بالخجل من { $whom }
    [gratitude] بالامتنان تجاه { $whom }
    [anger] بالغضب من { $whom }
    [admiration] بالإعجاب تجاه { $whom }
    [reproach] بالاستياء من { $whom }
    [gladness] بالسرور من أجل { $whom }
    [pity] بالشفقة على { $whom }
    [love] بالحب تجاه { $whom }
   *[longing] بالشوق إلى { $whom }
}.
summary-day-before = في اليوم السابق: { $sums }.
summary-before = قبل ذلك، خلال { duration-genitive }: { $sums }.
# The genitive differs from `duration` in the dual and in twelve.
duration-genitive = { $n ->
    [2] { $unit ->
        [second] ثانيتين
        [minute] دقيقتين
        [hour] ساعتين
        [day] يومين
        [week] أسبوعين
        [month] شهرين
       *[year] سنتين
    }
    [12] { $unit ->
        [day] اثني عشر يومًا
        [week] اثني عشر أسبوعًا
        [month] اثني عشر شهرًا
       *[year] اثنتي عشرة سنة
    }
   *[other] { duration }
}
summary-amount-before = قبل ذلك، خلال { $amount_genitive }: { $sums }.
summary-of-agent = { $name }: { $sums }
summary-event = { $event } × { $number }
summary-event-with = { $event } مع { $name } × { $number }
summary-others = أمور أخرى × { $number }
summary-comma = { "، " }
summary-separator = { "؛ " }

## What a book adds between sentences

lead-first = { $part ->
    [morning] ذات صباح
    [afternoon] ذات عصر
    [evening] ذات مساء
   *[night] ذات ليلة
} من { $month }،
time-first = كان ذلك في { $month }.
lead-same-day = { $part ->
    [morning] في صباح ذلك اليوم،
    [afternoon] بعد ظهر ذلك اليوم،
    [evening] في مساء ذلك اليوم،
   *[night] في تلك الليلة،
}
time-same-day = { $part ->
    [morning] ثم جاء الصباح.
    [afternoon] ثم جاء العصر.
    [evening] ثم جاء المساء.
   *[night] ثم جاء الليل.
}
lead-next-night =
    في الليلة التالية،
    في الليلة التي بعدها،
lead-next-day =
    { $part ->
        [morning] في صباح اليوم التالي،
        [afternoon] بعد ظهر اليوم التالي،
        [evening] في مساء اليوم التالي،
       *[night] في الليلة التالية،
    }
    في اليوم التالي،
time-next-day =
    مرّ يوم.
    ثم جاء اليوم التالي.
lead-days =
    يوم { $weekday }،
    { $n ->
        [2] بعد يومين،
        [12] بعد اثني عشر يومًا،
        [few] بعد { $number } أيام،
        [many] بعد { $number } يومًا،
       *[other] بعد { $number } يوم،
    }
    في يوم { $weekday } ذاك،
time-days =
    جاء يوم { $weekday }.
    { $n ->
        [2] مرّ يومان
        [few] مرّت { $number } أيام
        [many] مرّ { $number } يومًا
       *[other] مرّ { $number } يوم
    }.
lead-week =
    بعد أسبوع،
    يوم { $weekday } التالي،
time-week =
    مرّ أسبوع.
    عاد يوم { $weekday }.
lead-same-month = { $part ->
    [morning] ذات صباح،
    [afternoon] ذات عصر،
    [evening] ذات مساء،
   *[night] ذات ليلة،
}
lead-late-in-month =
    يوم { $weekday }، في أواخر { $month }،
    ذات يوم،
    قبل أن ينقضي { $month }،
time-same-month =
    جاء يوم { $weekday }، ولمّا ينقضِ { $month }.
    ثم جاء يوم { $weekday }.
lead-weeks =
    ذات يوم من { $month }،
    في { $month }،
    يوم { $weekday } من { $month }،
time-weeks =
    كان ذلك في { $month }.
    ثم حلّ { $month }.
    جاء { $month }.
lead-months =
    في { $month }،
    مع حلول { $month }،
    ذات يوم من { $month }،
time-months =
    جاء { $month }.
    كان { $month } قد حلّ.
lead-year =
    بعد سنة،
    في { $month }،
time-year =
    مرّت سنة.
    كان ذلك في { $month }.
lead-years =
    { $n ->
        [1] بعد سنة،
        [2] بعد سنتين،
        [12] بعد اثنتي عشرة سنة،
        [few] بعد { $number_feminine } سنوات،
        [many] بعد { $number_feminine } سنة،
       *[other] بعد { $number_feminine } سنة،
    }
    في { $month }،
time-years =
    { $n ->
        [1] مرّت سنة
        [2] مرّت سنتان
        [few] مرّت { $number_feminine } سنوات
        [many] مرّت { $number_feminine } سنة
       *[other] مرّت { $number_feminine } سنة
    }.
    كان ذلك في { $month }.
lead-later = بعد { $amount_genitive }،
time-later = بعد { $amount_genitive }.
lead-turn = في { $turn }،
time-turn = كانت { $turn }.
lead-occasion =
    { $part ->
        [morning] ذات صباح،
        [afternoon] ذات عصر،
        [evening] ذات مساء،
       *[night] ذات ليلة،
    }
    يوم { $weekday }،
    ذات يوم،
    في أحد أيام { $weekday }،
lead-consequence =
    لذلك
    ولهذا
    وهكذا
lead-next-step =
    ثم
    عندئذ
    بعدها
lead-next =
    ثم
    لاحقًا
    بعد ذلك
# A sentence between two that would begin with the same word: when and where the second happened. $date: `date-phrase`, $time: `time-…`,
# $place
aside =
    كان ذلك { $date }.
    كان ذلك { $time }.
    كان ذلك يوم { $day }.
lead-because = لأن { $clause }،
learned = هكذا وصل الخبر إلى { $name }: { $clause }.
joined = { $first }، و{ $second }
retrospective-words =
    كان
    كانت
    كانوا

## Habits in a book

span-moments =
    في تلك الأثناء،
    وفي غضون ذلك،
span-few-days =
    في تلك الأيام،
    في هذه الأثناء،
span-week =
    طوال ذلك الأسبوع،
    في الأيام التي تلت،
    في ذلك الأسبوع،
span-weeks-of-month =
    معظم أيام { $first }،
    في الأيام التي تلت،
    في هذه الأثناء،
span-weeks =
    في الأسابيع التي تلت،
    بين { $first } و{ $last }،
    نحو أسبوعين،
span-month =
    طوال { $first }،
    في تلك الأسابيع،
span-two-months =
    من { $first } إلى { $last }،
    في الأسابيع التي تلت،
    لأسابيع،
span-months =
    في الأشهر التي تلت،
    من { $first } إلى { $last }،
    شهرًا بعد شهر،
span-year =
    طوال تلك السنة،
    في السنة التي تلت،
span-years =
    { $n ->
        [1] في السنة التي تلت،
        [2] في السنتين اللتين تلتا،
       *[other] في السنوات التي تلت،
    }
    سنة بعد سنة،
    لسنوات،
hours-of-words = { "" }
months-of-words = { "" }
# How things had come to be by the time.
span-state = { "" }
frequency-once = مرة واحدة
frequency-twice = مرتين
frequency-again-and-again = مرارًا
frequency-several-a-day = يومًا بعد يوم
frequency-daily = كل يوم تقريبًا
frequency-every-other-day = كل يومين
frequency-every-few-days = كل بضعة أيام
frequency-weekly = أسبوعًا بعد أسبوع
frequency-rarely = بين حين وآخر
count-phrase = «{ $event }» { $times }
count-phrase-with = «{ $event }» مع { $name } { $times }

## Titles

chapter-heading = { $number }. { $title }
chapter-months = من { $first_month } إلى { $last_month } { $last_year }
chapter-years = من { $first_month } { $first_year } إلى { $last_month } { $last_year }
chapter-again = { $title }، مرة أخرى
as-known-by = كما وصل الأمر إلى { $name }
story-of = قصة { $name }
story-of-all = قصة الجميع
dates-from-to = { $from }، إلى { $to }
epub-contents = المحتويات
epub-title = العنوان
page-chapters = الفصول
page-sentence-events = أحداث هذه الجملة
page-relations = علاقاتهم في { $date }.
page-lives = المسارات
page-lives-about = الصفات التي تغيّرت أكثر من غيرها؛ والعلامات في الأعلى منعطفات.
page-plot = { $name } عبر الزمن: { $attributes }
page-beats = المنعطفات
page-what = ماذا
page-when = متى
page-events = ما حدث
page-back = العودة إلى النص
page-causes = بسبب { $events }.
page-summaries = ما أُجمل
page-event-count = { $n ->
    [1] حدث واحد
    [2] حدثان
    [few] { $number } أحداث
    [many] { $number } حدثًا
   *[other] { $number } حدث
}
page-more = و{ $number } غيرها
page-footer = عدد الأحداث: { $events }؛ وعدد الكلمات: { $number }.
