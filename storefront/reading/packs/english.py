"""English, as people mix it in and as those who came from elsewhere write it."""

from storefront.reading.packs import Pack, counted, each, spelt, words

PACK = Pack(
    addressing=words("sir madam miss mrs mr dear sis bro team"),
    particles=words("just so well um please pls plz really very thing"),
    wishes=words("please kindly want would_like i'd_like like need"),
    numbers=counted(
        0,
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    )
    | each(2, "couple")
    | each(20, "twenty")
    | each(30, "thirty")
    | each(40, "forty")
    | each(50, "fifty")
    | each(60, "sixty")
    | each(70, "seventy")
    | each(80, "eighty")
    | each(90, "ninety"),
    tens={"hundred": 100},
    halves=words("half half_a"),
    multiples=each(12, "dozen dozens") | each(2, "pair pairs"),
    units=spelt(
        box="boxes",
        pack="packs packet packets",
        pcs="pc piece pieces pcs. each",
        toples="jar jars",
        botol="bottle bottles",
        porsi="portion portions serving servings",
        lusin="dozen",
        pasang="pair pairs",
        cup="cups",
        slice="slices",
        loaf="loaves",
        tray="trays",
        bungkus="wrap",
        set="sets",
        bag="bags",
        can="cans",
        pan="pans",
        kg="kgs kilo kilos",
        bunch="bunches",
        tin="tins",
        tub="tubs",
    ),
    measures=words("g gram grams kg kgs oz lb ml l cm mm inch inches"),
    each=words("each apiece"),
    scales=each(1_000, "thousand") | each(1_000_000, "million mio"),
    price_cues=words("price priced only just for_only at idr cost costs"),
    free=words("free"),
    about=words(
        "from start_from starts_from starting_from starting_at around about approx approximately up_from starts_at"
    ),
    until=words("to until up_to"),
    was=words("normally was before regular usual originally regularly usually normal_price"),
    now=words("now today_only sale promo now_only special_price"),
    off=words("off discount save"),
    other_money=words(
        "delivery shipping delivery_fee deposit down_payment min_spend minimum_spend postage free_delivery"
    ),
    resale=words("reseller wholesale bulk_price"),
    gives=words("for get gets"),
    per=words("per each an"),
    stock_cues=words(
        "stock in_stock stocks left remaining only_have available ready limited_to quota slots ready_stock"
    ),
    left_after=words("left remaining available in_stock to_go slots_left"),
    sold_out=words("sold_out out_of_stock none_left"),
    ready=words("ready in_stock available_now ready_stock ready_to_ship"),
    least_cues=words("min minimum min_order minimum_order min. at_least minimum_of order_min"),
    preorder=words(
        "pre-order preorder pre_order made_to_order by_order made_by_order next_batch order_ahead day_ahead"
        " days_ahead"
        " hours_notice hour_notice days_notice day_notice in_advance ready_tomorrow baked_to_order order_a_day_before"
    ),
    not_preorder=words("no_pre-order no_preorder no_pre_order not_preorder no_po"),
    closing=words("close closes closing closed order_by orders_close"),
    contents=words("contains of comes_with set_of"),
    option_cues=words(
        "flavour flavours flavor flavors available_in choice choice_of choices choose comes_in option options"
        " size sizes"
        " colour colours color colors variant variants toppings pick"
    ),
    flavours=words(
        "chocolate cheese vanilla strawberry chicken shrimp veggie beef fish original plain spicy sweet mango"
        " berry matcha"
        "  oat almond peanut butter cinnamon lemon black white red blue green yellow pink brown cream grey beige"
        " raisin"
        " hazelnut coffee lychee banana caramel oreo original hot mild salted walnut coconut pandan"
    ),
    sizes=words("family personal whole party small medium large big jumbo mini regular s m l xl"),
    either=words("and or"),
    heads=words(
        "cookies cookie bread rolls roll cake cakes bouquet doll oats pie pies tart tarts brownies muffins muffin"
        " scones"
        "  scone pasta lasagna granola jam sauce juice tea coffee soap candle candles bag pouch scarf hat beanie"
        " cardigan"
        "  earrings necklace bracelet keychain cupcakes cupcake donuts doughnuts buns croissant croissants"
        " sandwich"
        " sandwiches salad soup noodles rice chicken beef fish pudding custard kimchi pickles dumplings dimsum spring"
        " crochet bunny bear mug tote sweater blanket"
    ),
    praise=words(
        "delicious yummy tasty homemade handmade fresh best_seller bestseller cheap chewy crunchy super_crunchy"
        " crispy"
        "  fresh_from_the_oven freshly_baked freshly soft_and_chewy amazing best favourite favorite healthy"
        " authentic new"
    ),
    talk=words(
        "we are open for order selling sell today tomorrow now hi hello hey dear get your our my the a an is in"
        " on with and"
        " or of to from by this it's i i'm you limited stock available ready order pre only just was price back again"
        " dm chat message contact whatsapp grab yours please share new made love"
    ),
    asides=words("ingredients contains delivery pickup contact order_by dm message best_before shelf allergens"),
    order_verbs=words(
        "order buy want get take have like i'd_like i'll_take i'll_have send add reserve book give bring"
        " may_i_have can_i_get"
        " could_i_have can_i_have need please_send put_me_down checkout"
    ),
    not_order_verbs=words(
        "my_order the_order do_you_have do_you_want have_you did_you_get to_know want_to_ask like_to_ask"
        " want_to_know like_to_know have_a_question may_i_see"
        "  like_to_see need_to_know want_to_talk like_to_talk did_you_send have_paid have_a_refund want_a_refund"
        " like_a_refund"
        "  have_sent need_a_refund have_not want_to_complain send_me_the_menu send_the_menu give_me_a_discount"
        " take_long get_here"
        " want_to_cancel like_to_cancel need_to_cancel did_my want_my_money get_my_money"
    ),
    synonyms=spelt(
        gula="sugar",
        warna="colour color",
        sapi="beef",
        ikan="fish",
        pisang="banana",
        goreng="fried",
        bakar="grilled",
        kukus="steamed",
        ulang_tahun="birthday",
    ),
    joining=words("and & plus also"),
    drops=words("cancel drop remove scratch never_mind"),
    without=words("no without not non don't except"),
    corrects=words("sorry actually i_mean oops change_to make_that instead rather wait scratch_that correction"),
    sets=words("make_it make_that change_to to_be"),
    adds=words("add extra another more"),
    lessens=words("reduce minus less"),
    rest=words("rest the_rest"),
    not_counted=words("at on age no number street st room house floor june july unit flat turning"),
    not_counting=words(
        "am pm years year people person guests guest kids hours hour days day weeks week minutes o'clock year-old"
        " th st nd rd"
        " january february march april may june july august september october november december percent candles"
    ),
    purposes=words("for deliver to"),
    plain=words("plain regular"),
    greets=words(
        "hi hello hey good_morning good_afternoon good_evening good_day morning hiya yo greetings how_are_you"
    ),
    thanks=words(
        "thanks thank_you thank_u thankyou thank ty cheers great perfect lovely ok okay cool much_appreciated"
        " delicious alright"
    ),
    cancels=words(
        "cancel cancelled don't_want_it_anymore changed_my_mind call_off no_longer_want never_mind nevermind"
    ),
    pays=words(
        "paid payment_done payment_sent i_paid i_have_paid i've_paid already_paid just_paid transferred"
        " just_transferred proof_of_payment"
        "  sent_the_money payment_proof here_is_the_receipt transfer_done money_sent done_transfer payment_made"
        " here's_the_receipt"
        " sent_payment sent_the_payment"
    ),
    pay_questions=words(
        "how_to_pay how_do_i_pay how_can_i_pay can_i_pay where_do_i_pay payment_methods do_you_take do_you_accept"
    ),
    complains=words(
        "complain complaint refund broken damaged wrong_item wrong_order wrong_flavour wrong_flavor wrong_color"
        " wrong_size spoiled spoilt"
        " mouldy moldy rotten stale disappointed missing_one exchange leaking melted smashed burnt burned undercooked"
        " raw_inside hair_in sick gone_off too_small fell_apart arrived_cold money_back crushed missing"
    ),
    person=words(
        "talk_to_a_person speak_to talk_to_the_seller human real_person call_me talk_to_someone speak_with"
        " talk_to_a_human"
        " talk_to_you_directly customer_service talk_to_the_owner"
    ),
    status=words(
        "where_is_my where's_my where_is_the my_order tracking has_it_been_sent has_it_shipped is_it_ready"
        " when_will_it_arrive when_will_my"
        "  did_you_get_my did_my_order arrive_yet on_the_way order_status has_my is_my shipped_yet sent_yet"
        " delivered_yet not_arrived hasn't_arrived"
        " ready_yet how_long_until out_for_delivery still_waiting"
    ),
    prices_asked=words(
        "how_much price prices cost costs total discount cheaper price_list best_price what's_the_damage how_much_is"
        " how_much_are what_is_the_price pricing knock_off"
    ),
    allergens=spelt(
        kacang="nut nuts peanut peanuts",
        almond="almonds",
        mete="cashew cashews",
        wijen="sesame",
        susu="milk dairy lactose",
        telur="egg eggs",
        terigu="wheat",
        kedelai="soy soya",
        udang="shrimp prawn prawns",
        seafood="shellfish",
        ikan="fish",
        kepiting="crab",
        alkohol="alcohol",
        babi="pork",
    ),
    tolerates=words("allergy allergic intolerant allergies"),
    contents_asked=words("contain contains ingredients allergens what's_in what_is_in made_of made_from"),
    keeping_asked=words("how_long shelf_life best_before keep_for expire expires keeps expiry"),
    halal_asked=words("halal halal_certified"),
    permit_asked=words("pirt bpom food_permit licensed"),
    stock_asked=words(
        "do_you_have any_left is_there are_there still_have available in_stock menu what_flavours what_flavors"
        " what_colour what_colours"
        "  what_do_you_have have_any still_available sold_out flavours_do flavors_do what_sizes do_you_sell"
        " is_it_available"
        " still_open still_taking_orders got_any which_flavours which_flavors which_colours what_else stock"
    ),
    other_asked=words(
        "enough delivery_fee shipping_cost what_time opening_hours where_are_you address halal how_long ingredients"
        " do_you_deliver allergen contains"
        "  can_you_deliver how_many_people serve serves gluten vegan can_you_write write_on how_long_does"
        " your_address located"
    ),
    questions=words("what when where how why which who do does is are can could may"),
    hypothetical=words("if suppose in_case what_if"),
    injected=words(
        "ignore_all ignore_previous ignore_your ignore_the system_prompt you_are_now set_price set_the_price"
        " change_the_price"
        " disregard_all disregard_previous act_as jailbreak developer_mode"
    ),
)
