"""Sundanese words that turn up in Indonesian chats: prices, numbers and courtesy."""

from storefront.reading.packs import Pack, counted, each, spelt, words

PACK = Pack(
    addressing=words("teh teteh aa a' akang kang neng ceu ambu abah"),
    particles=words("atuh mah teh euy nya keneh wae we da"),
    wishes=words("mangga hoyong punten bade"),
    numbers=counted(1, "hiji saeutik", "dua", "tilu", "opat", "lima", "genep", "tujuh", "dalapan", "salapan")
    | {"sapuluh": 10},
    one_of=words("sa"),
    units=spelt(biji="siki hiji"),
    slang=each(1_000, "sarebu saribu"),
    price_cues=words("hargana pangaos pangaosna ngan mung"),
    stock_cues=words("aya_keneh kari nyesa sesa"),
    sold_out=words("seep beak"),
    either=words("sareng jeung"),
    praise=words("haneut haneut_keneh ngeunah raos seungit"),
    talk=words("teh yeuh ieu mangga sadayana hayu urang nu"),
    order_verbs=words("meser mesen bade hoyong"),
    joining=words("sareng jeung"),
    without=words("teu ulah henteu"),
    cancels=words("teu_janten teu_jadi moal_janten"),
    prices_asked=words("sabaraha sabarahaan pangaosna_sabaraha"),
    stock_asked=words("aya_keneh aya masih_aya aya_teu"),
    status=words("tos_dikintun atos_dikintun tos_dugi parantos_dikintun"),
    pays=words("tos_ditransfer atos_ditransfer tos_bayar parantos_ditransfer"),
    thanks=words("hatur_nuhun nuhun haturnuhun"),
    greets=words("sampurasun wilujeng_enjing wilujeng_siang wilujeng_sonten wilujeng_wengi"),
)
