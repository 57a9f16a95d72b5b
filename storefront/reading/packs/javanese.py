"""Javanese words that turn up in Indonesian chats: prices, numbers and courtesy."""

from storefront.reading.packs import Pack, counted, each, spelt, words

PACK = Pack(
    addressing=words("mbakyu mas'e yu kang"),
    particles=words("nggih njih inggih yo to tho kok je wae ae mawon"),
    wishes=words("monggo nyuwun badhe arep ajeng"),
    numbers=counted(
        1, "siji setunggal", "loro kalih", "telu tigo", "papat sekawan", "limo gangsal", "enem", "pitu", "wolu", "songo"
    )
    | {"sepoloh": 10, "sedoso": 10},
    one_of=words("sak sa"),
    units=spelt(biji="siji"),
    scales=each(1_000, "ewu ewonan"),
    slang=each(1_000, "sewu")
    | each(2_000, "rongewu rong_ewu")
    | each(5_000, "limangewu limang_ewu")
    | each(10_000, "sepuluh_ewu"),
    price_cues=words("regane rego regi reginipun mung namung"),
    stock_cues=words("kantun kari taksih"),
    sold_out=words("entek telas"),
    either=words("kaliyan karo"),
    praise=words("eco enak_tenan wenak anget echo"),
    talk=words("monggo sumonggo bu iki niki saiki nggih gawe damel sinten"),
    order_verbs=words("tumbas badhe arep ajeng pesen"),
    joining=words("karo kaliyan lan"),
    without=words("ora mboten ojo"),
    cancels=words("mboten_sios ora_sido ora_sios mboten_estu ra_sido"),
    prices_asked=words("pinten piro regane_piro"),
    stock_asked=words("taksih_wonten isih_ono isih_ana wonten ono_ora taksih"),
    status=words("sampun_dikirim wis_dikirim tekan_endi wis_dadi"),
    pays=words("sampun_transfer sampun_bayar wis_bayar wis_transfer sampun_kulo_transfer"),
    thanks=words("suwun matur_nuwun maturnuwun matursuwun"),
    greets=words("kulonuwun nuwun sugeng_enjing sugeng_siang sugeng_sonten sugeng_dalu"),
)
