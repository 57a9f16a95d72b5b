"""The cities and regencies of Indonesia, by the names people end an address with. Data only."""

from storefront.reading.noise import clean

NAMES = """
banda aceh, sabang, lhokseumawe, langsa, subulussalam, aceh barat, aceh besar, aceh jaya, aceh selatan, aceh singkil,
aceh tamiang, aceh tengah, aceh tenggara, aceh timur, aceh utara, bener meriah, bireuen, gayo lues, nagan raya, pidie,
pidie jaya, simeulue, medan, binjai, gunungsitoli, padangsidimpuan, pematangsiantar, sibolga, tanjungbalai,
tebing tinggi, asahan, batu bara, dairi, deli serdang, humbang hasundutan, karo, labuhanbatu, langkat,
mandailing natal, nias, padang lawas, pakpak bharat, samosir, serdang bedagai, simalungun, tapanuli selatan,
tapanuli tengah, tapanuli utara, toba, padang, bukittinggi, padang panjang, pariaman, payakumbuh, sawahlunto, solok,
agam, dharmasraya, lima puluh kota, kepulauan mentawai, padang pariaman, pasaman, pasaman barat, pesisir selatan,
sijunjung, solok selatan, tanah datar, pekanbaru, dumai, bengkalis, indragiri hilir, indragiri hulu, kampar,
kepulauan meranti, kuantan singingi, pelalawan, rokan hilir, rokan hulu, siak, batam, tanjungpinang, bintan, karimun,
kepulauan anambas, lingga, natuna, jambi, sungai penuh, batanghari, bungo, kerinci, merangin, muaro jambi, sarolangun,
tanjung jabung barat, tanjung jabung timur, tebo, palembang, lubuklinggau, pagar alam, prabumulih, banyuasin,
empat lawang, lahat, muara enim, musi banyuasin, musi rawas, ogan ilir, ogan komering ilir, ogan komering ulu,
pangkalpinang, bangka, bangka barat, bangka selatan, bangka tengah, belitung, belitung timur, bengkulu, kaur, kepahiang,
lebong, mukomuko, rejang lebong, seluma, bandar lampung, metro, lampung barat, lampung selatan, lampung tengah,
lampung timur, lampung utara, mesuji, pesawaran, pesisir barat, pringsewu, tanggamus, tulang bawang, way kanan,
jakarta, jakarta barat, jakarta pusat, jakarta selatan, jakarta timur, jakarta utara, jaksel, jakbar, jaktim, jakut,
jakpus, kepulauan seribu, bandung, bandung barat, banjar, bekasi, bogor, ciamis, cianjur, cimahi, cirebon, depok, garut,
indramayu, karawang, kuningan, majalengka, pangandaran, purwakarta, subang, sukabumi, sumedang, tasikmalaya, cilegon,
lebak, pandeglang, serang, tangerang, tangerang selatan, tangsel, semarang, magelang, pekalongan, salatiga, surakarta,
solo, tegal, banjarnegara, banyumas, purwokerto, batang, blora, boyolali, brebes, cilacap, demak, grobogan, jepara,
karanganyar, kebumen, kendal, klaten, kudus, pati, pemalang, purbalingga, purworejo, rembang, sragen, sukoharjo,
temanggung, wonogiri, wonosobo, yogyakarta, jogja, yogya, bantul, gunungkidul, kulon progo, sleman, surabaya, batu,
blitar, kediri, madiun, malang, mojokerto, pasuruan, probolinggo, bangkalan, banyuwangi, bojonegoro, bondowoso, gresik,
jember, jombang, lamongan, lumajang, magetan, nganjuk, ngawi, pacitan, pamekasan, ponorogo, sampang, sidoarjo,
situbondo, sumenep, trenggalek, tuban, tulungagung, denpasar, badung, bangli, buleleng, gianyar, jembrana, karangasem,
klungkung, tabanan, mataram, bima, dompu, lombok barat, lombok tengah, lombok timur, lombok utara, sumbawa,
sumbawa barat, kupang, alor, belu, ende, flores timur, lembata, malaka, manggarai, nagekeo, ngada, rote ndao,
sabu raijua, sikka, sumba barat, sumba tengah, sumba timur, pontianak, singkawang, bengkayang, kapuas hulu,
kayong utara, ketapang, kubu raya, landak, melawi, mempawah, sambas, sanggau, sekadau, sintang, palangka raya,
palangkaraya, barito selatan, barito timur, barito utara, gunung mas, kapuas, katingan, kotawaringin barat,
kotawaringin timur, lamandau, murung raya, pulang pisau, seruyan, sukamara, banjarmasin, banjarbaru, balangan,
barito kuala, hulu sungai selatan, hulu sungai tengah, hulu sungai utara, kotabaru, tabalong, tanah bumbu, tanah laut,
tapin, balikpapan, bontang, samarinda, berau, kutai barat, kutai kartanegara, kutai timur, mahakam ulu, paser,
penajam paser utara, tarakan, bulungan, malinau, nunukan, tana tidung, manado, bitung, kotamobagu, tomohon,
bolaang mongondow, kepulauan sangihe, kepulauan talaud, minahasa, minahasa selatan, minahasa tenggara, minahasa utara,
gorontalo, boalemo, bone bolango, pohuwato, palu, banggai, buol, donggala, morowali, parigi moutong, poso, sigi,
tojo una-una, tolitoli, makassar, palopo, parepare, bantaeng, barru, bone, bulukumba, enrekang, gowa, jeneponto,
kepulauan selayar, luwu, luwu timur, luwu utara, maros, pangkajene, pinrang, sidenreng rappang, sinjai, soppeng,
takalar, tana toraja, toraja utara, wajo, kendari, baubau, bombana, buton, kolaka, konawe, muna, wakatobi, mamuju,
majene, mamasa, pasangkayu, polewali mandar, ambon, tual, buru, kepulauan aru, maluku tengah, maluku tenggara,
seram bagian barat, seram bagian timur, ternate, tidore, halmahera barat, halmahera selatan, halmahera tengah,
halmahera timur, halmahera utara, kepulauan sula, pulau morotai, pulau taliabu, jayapura, asmat, biak numfor,
boven digoel, deiyai, dogiyai, intan jaya, jayawijaya, keerom, kepulauan yapen, lanny jaya, mappi, merauke, mimika,
timika, nabire, nduga, paniai, pegunungan bintang, puncak jaya, sarmi, supiori, tolikara, waropen, yahukimo, yalimo,
sorong, fakfak, kaimana, manokwari, maybrat, raja ampat, tambrauw, teluk bintuni, teluk wondama
"""
CITIES = frozenset(" ".join(name.split()) for name in NAMES.split(","))
TITLES = frozenset({"kota", "kab", "kab.", "kabupaten"})


def split_city(text: str) -> tuple[str, str | None]:
    """A place without the city it ends with, and that city: the longest name that fits."""
    words = clean(text).split()
    for count in (4, 3, 2, 1):
        tail = " ".join(words[-count:]).casefold().strip(" .,")
        if len(words) >= count and tail in CITIES:
            rest = words[:-count]
            if rest and rest[-1].casefold() in TITLES:
                rest.pop()
            return " ".join(rest).strip(" ,.-"), " ".join(word.capitalize() for word in tail.split())
    return " ".join(words), None


def is_city(text: str) -> bool:
    rest, city = split_city(text)
    return city is not None and not rest
