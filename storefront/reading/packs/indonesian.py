"""Indonesian, as neighbours write it in a chat: short, without vowels, with Hokkien money and English shop words."""

from storefront.reading.packs import Pack, counted, each, spelt, words

PACK = Pack(
    # -- how people talk
    addressing=words(
        "k kk ka kak kaka kakak bu ibu buk bun bund bunda bunds bunda-bunda bunbun mba mbak mbk mas bang bg abang"
        " sis sist"
        " sista say beb gan min mimin om pak bapak tante tan bro gaes guys admin budhe bude pakde ya_allah"
    ),
    particles=words(
        "ya yaa yah yaah ye yg yang dong donk dongg deh sih nih ni tuh tu kok koq loh lho lo kan mah atuh aja ja"
        " saja hehe"
        " hihi haha wkwk wkwkwk hmm oh eh ah lah kah pun nya gitu gt banget bgt doang"
    ),
    wishes=words("mau tolong tlg tolongin plis pls minta mohon boleh permisi punten maaf maap sori nuwun_sewu"),
    # -- counting
    numbers=counted(
        0,
        "nol kosong",
        "satu atu",
        "dua duwa",
        "tiga",
        "empat ampat",
        "lima",
        "enam",
        "tujuh",
        "delapan lapan",
        "sembilan",
        "sepuluh",
        "sebelas",
    )
    | {"seratus": 100, "serebu": 1000},
    tens={"puluh": 10, "ratus": 100},
    teens=words("belas"),
    halves=words("setengah stgh stengah separuh separo 1/2 ½"),
    one_of=words("se"),
    multiples=each(12, "lusin lsn selusin")
    | each(20, "kodi sekodi")
    | each(144, "gros segros")
    | each(500, "rim")
    | each(2, "pasang psg sepasang"),
    units=spelt(
        loyang="lyg loyangan",
        toples="tpls stoples tples",
        bungkus="bks bgks bgkus bungkusan",
        pack="pak pck pek",
        box="boks dus dos kotak kardus ktk",
        pcs="satuan pis",
        biji="bj bji",
        buah="bh",
        butir="btr",
        potong="ptg ptong",
        porsi="prs pax orang org prsi",
        mika="",
        botol="btl",
        ekor="ekr",
        lusin="lsn",
        kg="kilo kilogram kl",
        ons="",
        ikat="iket",
        renteng="",
        tusuk="tsk",
        lembar="lbr",
        pasang="psg",
        gelas="gls",
        kaleng="klg",
        batang="btg",
        iris="",
        sisir="",
        tray="",
        set="",
        cup="cups",
        liter="ltr",
        paket="pkt",
        kodi="",
        hari="",
        keping="",
        gulung="",
        mangkok="mangkuk",
        piring="",
        tampah="",
        nampan="",
        besek="",
        sachet="saset",
        pouch="",
        rantang="",
        karung="",
        ember="",
        meter="",
        tangkai="",
        roll="rol",
    ),
    measures=words("g gr grm gram kg kilo kilogram ons ml cc ltr liter cm mm m inch inci"),
    each=words("masing-masing masing2 masing masingnya msg2 semuanya semua tiap2 2-2nya"),
    # -- money
    scales=each(1_000, "rb rbu ribu rebu rebuan k") | each(1_000_000, "jt juta jeti"),
    slang=each(500, "gopek")
    | each(1_000, "seceng seribu")
    | each(2_000, "noceng")
    | each(5_000, "goceng")
    | each(10_000, "ceban")
    | each(20_000, "noban")
    | each(50_000, "goban gocap_rebu gocap_ribu gocap_rb")
    | each(100_000, "cepek_ceng cepek_rebu cepek_rb")
    | each(1_000_000, "sejuta cetiao"),
    literal=words("perak rupiah rp"),
    price_cues=words(
        "harga hrg harganya hrga harga_nya cuma cuman hanya cukup rp idr seharga dgn_harga cm @ bandrol dibandrol"
        " dijual_seharga harga_satuan htm"
    ),
    free=words("gratis cuma-cuma"),
    about=words(
        "mulai mulai_dari start_dari sekitar kisaran sekitaran kurang_lebih kurleb kira-kira kira2 range estimasi"
        " dari_harga"
        " harga_mulai mulai_harga"
    ),
    until=words("sampai sampe s/d sd hingga sampek"),
    was=words(
        "normal normalnya harga_normal harga_awal awalnya tadinya biasanya semula sebelumnya dari harga_biasa"
        " hrg_normal"
        " harga_coret harga_lama"
    ),
    now=words(
        "jadi jd promo promonya harga_promo sekarang skrg skr kini menjadi diskon_jadi turun_jadi jadinya khusus"
        " spesial_hari_ini hrg_promo flash_sale harga_baru hari_ini_cuma"
    ),
    off=words("diskon disc potongan hemat"),
    other_money=words(
        "ongkir ongkos ongkos_kirim onkir dp deposit jaminan uang_muka min_belanja minimal_belanja belanja_min"
        " cashback"
        "  voucher free_ongkir gratis_ongkir biaya_kirim min_pembelian minimal_pembelian minimal_order_rp"
        " tambah_ongkir"
        " biaya_antar admin_fee selisih fee"
    ),
    resale=words("reseller resel grosir agen distributor dropship harga_reseller"),
    gives=words("dapat dapet dpt dapetnya dapatnya isi"),
    per=words("per / tiap setiap a"),
    # -- captions
    stock_cues=words(
        "stok stock stoknya ready redi redy ready_stock ready_stok sisa sisanya tersisa tinggal tgl_sisa masih_ada"
        "  cuma_ada hanya_ada ada_stok kuota kuotanya slot slotnya cuma_tinggal tinggal_sisa sisa_slot ready_cuma"
        " adanya tersedia"
        " stok_tinggal terbatas_cuma ready_tinggal kuota_cuma"
    ),
    sold_out=words("habis kosong sold_out soldout ludes abis stok_habis out_of_stock"),
    ready=words("ready redi ready_stock ready_stok siap_kirim siap_santap siap_antar langsung_kirim"),
    least_cues=words(
        "min minimal minim minimum min_order minimal_order min_pesan minimal_pesan minimum_order mulai_pesan min_beli"
        "  minimal_pemesanan minimal_beli min_pemesanan min_ord paling_sedikit minimal_pembelian_qty"
        " order_minimal pesan_minimal"
        " pemesanan_minimal order_min pesan_min minimum_pesan"
    ),
    preorder=words(
        "po open_po p.o pre_order preorder pre-order by_order made_by_order sistem_po pesan_dulu"
        " pesan_sehari_sebelumnya order_sehari_sebelumnya sehari_sebelumnya hari_sebelumnya dibuat_setelah_order"
        " ready_besok ready_lusa ready_minggu_depan batch_berikutnya batch_depan inden indent dibuat_sesuai_pesanan"
        " sesuai_pesanan dadakan_tidak_bisa pesan_h batch_selanjutnya"
    ),
    not_preorder=words(
        "no_po non_po bukan_po tanpa_po ga_po gak_po tidak_po ngga_po nggak_po ga_pake_po gak_pake_po tanpa_pre_order"
        " tanpa_preorder no_pre_order no_preorder bukan_pre_order tidak_perlu_po gak_perlu_po ga_usah_po gak_usah_po"
    ),
    closing=words("tutup ditutup close closed tutup_po close_po close_order tutup_order terakhir_order last_order"),
    contents=words("isi isinya isi_nya berisi"),
    option_cues=words(
        "rasa rasanya varian variannya variasi pilihan pilihannya pilih topping toping size ukuran warna warnanya"
        " wangi level"
        "  motif tersedia bumbu pilihan_rasa varian_rasa pilihan_warna pilihan_toping pilihan_topping bisa_campur"
        " bisa_pilih"
        "  tersedia_dalam tersedia_rasa aroma model kuah isian bisa_mix pilih_rasa tersedia_warna isi_pilihan"
        " tingkat_pedas"
        " macam_rasa aneka_rasa pilihan_isi pilihan_ukuran tersedia_ukuran saus saos sambal_pilihan seri"
    ),
    flavours=words(
        "seafood komplit teri cumi bakso spesial original ori coklat cokelat keju pandan vanila vanilla"
        " stroberi strawberry pedas manis asin gurih balado bbq"
        "  jagung_bakar kacang almond oreo regal matcha greentea green_tea tiramisu mocca moka kopi durian nangka"
        " pisang ayam"
        "  sapi udang ikan sayur jamur tuna mayo ragout kornet sosis hitam putih merah biru hijau kuning pink"
        " ungu krem abu"
        "  navy maroon tosca coksu polos ubi taro red_velvet ketan blueberry nanas mangga alpukat gula meses"
        " seres wijen"
        "  madu halus urat frozen matang goreng kukus bakar dewasa anak laki perempuan cowok cewek pria wanita"
        " lada_hitam"
        " rumput_laut barbeque daun_jeruk bawang kismis caramel karamel lemon lychee leci jeruk melon anggur asam"
        " sedang extra_pedas tidak_pedas dada paha ceker kepala bulat hati love basah kering panas dingin"
    ),
    sizes=words("kecil sedang besar jumbo mini medium large small reguler regular tanggung s m l xl xxl xxxl gede"),
    either=words("dan atau sama ataupun & / + dan_juga serta"),
    heads=words(
        "kue bolu brownies brownis cake tart roti donat nastar kastengel kaastengels semprit puding pudding es"
        " nasi ayam"
        "  bebek ikan sapi bakso baso mie mi bihun soto rendang sate sambal sambel keripik kripik kerupuk krupuk"
        " rempeyek"
        "  peyek cireng cilok cimol seblak pempek siomay dimsum risol risoles lumpia pastel martabak lapis klepon"
        " onde lemper"
        "  arem lontong ketupat tumpeng snack rice salad jus teh kopi susu yogurt yoghurt kefir jamu madu sirup"
        " selai abon"
        "  dendeng rujak asinan gado pecel gudeg tahu tempe telur telor sosis nugget kentang singkong ubi pisang"
        " buah hampers"
        "  parcel tas dompet bros gantungan kalung gelang anting cincin totebag pouch baju gamis hijab jilbab"
        " mukena sajadah"
        "  masker sepatu sandal boneka buket bouquet topi syal sweater cardigan tatakan taplak sarung bantal"
        " selimut lilin"
        " sabun parfum cookies cookie kukis sagu putri lidah bangkit emping opak stik stick kacang wingko klappertart"
        "  cheesecake cupcake muffin macaroni makaroni pizza burger sandwich kebab spaghetti pasta pie tekwan"
        " batagor otak"
        " bandeng cumi udang kepiting rajungan rawon semur opor gulai sop sayur urap lauk katering frozen serundeng"
        "  pukis cubit cucur getuk lupis serabi dadar apem bakpia bika bingka spiku spikoe lekker wafer semprong"
        " kembang"
        "  tape dodol wajik jenang ketan bubur cendol dawet kolak manisan acar bawang bumbu saus minyak beras"
        " tanaman bibit"
        "  pot lukisan pigura bingkai mug gelas piring kaos kemeja celana rok daster kebaya batik songket tenun"
        " souvenir"
        " undangan kartu gelang tali vas keranjang nampan baki gehu gorengan bala combro misro surabi odading cakwe"
        " buket jepit bando pita scrunchie ikat crochet flanel tempat notebook stiker"
    ),
    praise=words(
        "enak lezat murah best_seller bestseller viral homemade fresh promo favorit laris nagih lumer_di_mulut mantap"
        " mantul maknyus maknyuss yummy terlaris termurah terenak gurih_renyah renyah segar seger lembut empuk"
        "  eksklusif ekslusif handmade premium_quality halal higienis spesial_promo recommended rekomended"
        " kekinian hits"
        " lumer_banget haneut_keneh anget hangat anget2 legit_banget asli_enak buatan_sendiri custom hemat super_enak"
        " lezatos terjangkau berkualitas dijamin_enak nikmat sehat tanpa_pengawet tanpa_msg no_msg handmade crispy"
        "  fresh_from_the_oven nampol endul endulita endes lumerr super super_crunchy full_butter jadul_asli"
        " no_pengawet"
    ),
    talk=words(
        "jual jualan dijual menjual open order close po ready stock stok available tersedia hari ini besok lusa"
        " kemarin"
        "  nanti sekarang pagi siang sore malam minggu depan aku saya kita kami gue aing ku mu kamu kalian anda"
        " ada nggak gak"
        "  ga tidak bukan belum udah sudah lagi juga masih bikin buat bikinan masak bawa dari di ke untuk buat"
        " dan atau sama"
        "  dengan dgn utk yuk yukk ayo ayok mari monggo mangga silakan silahkan borong serbu merapat kepoin"
        " cobain coba siapa"
        "  cepat dia dapat mau pengen pesan pesen beli kangen cari nyari suka doyan info chat dm wa japri hubungi"
        " komen tulis"
        "  share dishare tag kuy gas skuy nih niih loh dong ya kak bun halo hai hi assalamualaikum asalamualaikum"
        " pagi2"
        "  selamat bismillah alhamdulillah bunda bund bunda2 ibu2 sist sis gaes guys moms mom para semua all"
        " khusus hanya"
        "  cuma cuman aja saja only per harga hrg price normal promo diskon baru akhir weekend produk menu hari"
        " jumat berkah"
        "  list daftar pilihan kecuali selain boleh bisa request custom terima pesanan menerima melayani kini"
        " telah hadir"
        "  new kembali restok restock stok lebaran_sale ecer eceran grosir satuan kemasan netto berat isi ukuran"
        " uk size"
        "  buruan order_now sebelum kehabisan habis sisa tinggal terbatas limited edition terbaru nih_bun kok lho"
        " deh sih"
        "  alamat jam buka lokasi ambil kirim antar bayar cod transfer no nomor hp tlg tolong pls plis sangat"
        " banget bgt"
        " barang ini itu tsb tanggal tgl spesial_hari_ini wkwk hehe jangan sampai gratis free diambil"
    ),
    asides=words(
        "bahan tahan kadaluarsa expired exp lengkap_dengan isi lokasi alamat hubungi info order_by kontak cocok"
        " untuk bahannya"
        " komposisi catatan note ket syarat garansi bonus free gratis sudah_termasuk sdh_termasuk termasuk sudah_sama"
        " sdh_sama sdh kemasan hasil dikirim kirim pengiriman antar ambil cod bayar pembayaran dp diskon buka jam"
    ),
    # -- orders
    order_verbs=words(
        "pesan pesen psn mesen mesan order orderr ordr mau mw mo pengen pgn pingin kepengen beli ambil ambilin"
        " minta bungkus bungkusin tambah"
        "  nambah tambahin nitip titip sisihin sisain simpenin keepin keep fix checkout booking book ikut ikutan"
        " borong"
        " tumbas meser bade pesenin pesankan siapin siapkan kirimin catat catet masukin daftar"
    ),
    not_order_verbs=words(
        "mau_tanya mau_nanya mo_tanya mau_nanyak numpang_tanya mau_lihat mau_liat mau_tau mau_tahu pesanan"
        " pesenan orderan"
        "  pesanannya orderannya mau_komplain mau_complain mau_ngomong mau_bicara minta_refund minta_ganti"
        " minta_tolong mau_bayar"
        "  mau_transfer mau_tf mau_cek mau_retur minta_no minta_nomor minta_norek minta_rekening minta_alamat"
        " mau_mikir"
        "  mau_konfirmasi mau_ngasih minta_info mau_info pesen_kemarin minta_maaf mau_ambil_jam mau_diambil"
        " minta_balikin"
        "  minta_uang minta_pricelist minta_katalog minta_menu minta_list minta_daftar mau_protes minta_resi"
        " minta_foto"
        " mau_lapor minta_kurang minta_diskon"
    ),
    synonyms=spelt(
        coklat="chocolate cokelat coklt choco coklatt brown",
        besar="gede large big gedean",
        kecil="cilik small",
        pedas="pedes pds spicy",
        original="ori orisinal",
        ulang_tahun="ultah ulangtahun",
        keju="cheese kejuu",
        hitam="black item",
        putih="white",
        merah="red",
        biru="blue",
        kuning="yellow",
        hijau="green",
        krem="cream",
        vanila="vanilla",
        stroberi="strawberry",
        ayam="chicken",
        udang="shrimp shrimps",
        kacang="peanut nuts",
        pink="pinky",
        gantungan_kunci="keychain ganci",
        meses="seres messes mises",
        telur="telor",
        sambal="sambel",
        brownies="bronis brownis",
        hijab="jilbab",
        sandal="sendal",
        es="iced",
        less_sugar="gula_dikit dikit_gula gula_sedikit manis_dikit",
        less_ice="es_dikit",
        nasi_box="rice_box nasi_kotak nasbox nasdus",
        snack_box="snekbox snackbox snek_box snack_kotak",
    ),
    joining=words("sama sm ama dan & + plus serta terus trus trs jg juga"),
    drops=words(
        "gak_jadi ga_jadi g_jadi gajadi nggak_jadi ngga_jadi tidak_jadi tdk_jadi gk_jadi engga_jadi enggak_jadi"
        " ndak_jadi batal"
        "  dibatalin batalin di_cancel dicancel cancel hapus dihapus skip gak_usah ga_usah gausah nggak_usah"
        " ngga_usah tidak_usah"
        " ga_jd gk_jd g_jd gak_jd gakjadi dicoret coret"
    ),
    without=words("tanpa jangan jgn bukan ga_pake gak_pake nggak_pake tidak_pakai non ga_mau_yang gak_mau_yang tdk"),
    corrects=words(
        "eh maksudnya maksud ralat salah maksud_saya maksud_aku koreksi maaf_salah revisi ganti diganti tukar"
    ),
    sets=words("jadi jd jadiin jadinya jadikan"),
    adds=words("tambah nambah tambahin tmbh tambahan"),
    lessens=words("kurangin kurangi dikurangi kurang dikurangin"),
    rest=words("sisanya sisa selebihnya lainnya yang_lain"),
    not_counted=words(
        "jam jm pukul pkl tgl tanggal rt rw no nomor blok blk umur usia ultah_ke ke angka kode jl jalan gg gang"
        " hp wa telp telepon"
        " lantai lt kav unit gedung tower kelas km lilin dipotong potong_jadi potong inisial kamar gerbong shift"
        " meja size_no nopol hari_ke"
    ),
    not_counting=words(
        "orang org tahun thn th jam menit hari minggu bulan bln tamu undangan anak peserta pax_orang juni juli"
        " januari februari"
        "  maret april mei agustus september oktober november desember km meter am pm wib wita wit persen siang"
        " sore pagi malam"
        " macam jenis varian rasa warna kali hari-hari peserta jamaah siswa murid karyawan"
    ),
    purposes=words("buat untuk utk bwt buatt kirim dikirim antar anter diantar acara alamat kado hadiah"),
    plain=words("biasa polos standar standard"),
    # -- what a message is about
    greets=words(
        "halo hallo haloo helo hai haii hay hei hey p pp ping tes test assalamualaikum assalamu'alaikum"
        " asalamualaikum"
        "  assalamualaykum aslmkm ass aslm mikum permisi punten selamat_pagi selamat_siang selamat_sore"
        " selamat_malam met_pagi"
        " met_siang met_sore met_malam pagi siang sore malam sampurasun kulonuwun kulo_nuwun om_swastiastu salam"
        " apa_kabar wr wb warahmatullahi wabarakatuh misi"
    ),
    thanks=words(
        "makasih makasi mksh mksih makasii terima_kasih terimakasih trims trimakasih tq thx tks tengkyu tengkyuu"
        " suwun"
        "  matur_nuwun hatur_nuhun nuhun matur_suwun jazakallah jazakillah oke ok okee okay okey sip siap siapp"
        " baik baiklah"
        " mantap noted ditunggu enak enakk sukses lancar alhamdulillah sama-sama sama2 oke_deh sip_deh okesip cakep"
    ),
    cancels=words(
        "batal batalin batalkan dibatalkan dibatalin cancel cancelin dicancel di_cancel gak_jadi ga_jadi gajadi"
        " nggak_jadi ngga_jadi"
        "  tidak_jadi tdk_jadi gk_jadi g_jadi engga_jadi enggak_jadi ndak_jadi ga_jd gak_jd gk_jd skip_dulu"
        " next_time gakjadi"
        " ditunda_dulu urung mboten_sios teu_janten hapus_pesanan hapus_orderan"
    ),
    pays=words(
        "sudah_bayar sudah_tf sudah_transfer udah_bayar udah_tf udah_transfer udh_tf udh_bayar udh_transfer"
        " sdh_tf sdh_bayar"
        "  sdh_transfer dah_tf dah_bayar dah_transfer uda_tf uda_bayar uda_transfer bukti_tf bukti_transfer"
        " bukti_bayar bukti_tfnya buktinya bukti_trf"
        "  bukti_pembayaran ini_buktinya barusan_transfer barusan_tf barusan_bayar tadi_transfer baru_transfer"
        " baru_tf lunas sudah_lunas"
        "  sudah_saya_transfer sudah_saya_bayar udah_saya_transfer udah_aku_transfer udah_aku_tf udh_aku_tf"
        " sudah_aku_transfer"
        "  udah_ditransfer sudah_ditransfer udh_ditransfer sdh_ditransfer udah_dibayar sudah_dibayar udh_dibayar"
        " dp_sudah dp_udah dp_masuk"
        " pembayaran_sudah tf_masuk transferan_masuk cek_mutasi sudah_kirim_uang sudah_tak_transfer sdh_di_transfer"
        " sudah_di_transfer udah_di_transfer udah_ku_transfer udah_aku_bayar sudah_aku_bayar struknya bayarnya_sudah"
        " ini_struk sudah_qris udah_qris sdh_qris udah_scan saya_sudah_transfer tak_tf wis_tf wis_transfer wis_bayar"
    ),
    pay_questions=words(
        "gimana_bayar cara_bayar bayar_gimana bayarnya_gimana bayar_kemana bayar_ke_mana transfer_kemana"
        " transfer_ke_mana"
        "  tf_kemana tf_ke_mana no_rek norek nomor_rekening rekeningnya bisa_cod bs_cod bisa_qris bisa_transfer"
        " bs_transfer bayarnya_apa bisa_tf bs_tf"
        " bisa_bayar pakai_apa bayarnya_pake bayarnya_lewat"
    ),
    complains=words(
        "komplain complain kecewa refund balikin_uang uang_kembali minta_ganti bisa_ganti salah_kirim salah_rasa"
        " salah_pesanan salah_warna salah_ukuran gosong"
        "  basi berjamur jamuran busuk bau asem tumpah penyok hancur leleh mencair bocor pecah rusak sobek robek"
        " keasinan"
        " kemanisan kurang_mateng mentah keras alot ada_rambut ga_sesuai gak_sesuai tidak_sesuai nggak_sesuai"
        "  beda_sama_foto kapok penipu penipuan retur tukar_barang barang_kurang kurang_1 kurang_2 kurang_satu"
        " kekecilan kebesaran kegedean luntur putus"
        " patah cacat tengik apek kadaluarsa kadaluwarsa kurang_dua jelek kotor bolong"
        " lepas_jahitannya copot hambar kurang_lengkap tidak_lengkap ga_lengkap gak_lengkap"
        "  dikembalikan lembek bantat padahal cair kok_kurang kok_kecil kok_beda ada_semut semutan belatung"
        " keracunan mencret"
    ),
    person=words(
        "ngomong_sama bicara_dengan bicara_sama sama_adminnya sama_orang adminnya_mana telpon_saya telp_saya"
        " hubungi_saya tolong_telpon call_saya"
        "  mau_ngomong mau_bicara minta_dihubungi hubungkan orangnya_langsung penjualnya_langsung chat_penjual"
        " sama_penjual sama_ownernya ownernya_mana"
        "  bukan_bot jangan_bot bot_ya sama_manusia cs_nya customer_service minta_ditelpon tolong_hubungi"
        " bicara_langsung ngobrol_sama telpon_dong telepon_saya"
    ),
    status=words(
        "sudah_dikirim udah_dikirim udh_dikirim sdh_dikirim sudah_jalan udah_jalan udh_jalan sampai_mana"
        " sampe_mana nyampe_mana"
        "  belum_sampai blm_sampai belum_sampe blm_sampe belum_dateng blm_dateng belum_datang blm_datang"
        " belom_datang belum_nyampe blm_nyampe"
        "  kapan_dikirim kapan_sampai kapan_sampe kapan_datang kapan_dateng kpn_dikirim kpn_sampai resinya"
        " no_resi nomor_resi resi"
        "  udah_jadi sudah_jadi udh_jadi sdh_jadi jadi_belum jadi_blm udah_siap sudah_siap udh_siap pesanan_saya"
        " pesananku pesanan_aku pesenan_saya"
        "  orderan_saya orderanku orderan_aku paketnya paket_saya kurirnya kurir status_pesanan status_order"
        " cek_pesanan dimana_pesanan posisi_paket"
        "  masuk_belum udah_masuk sudah_masuk udh_masuk pesenanku pesanan_atas_nama dikirim_belum dikirim_blm"
        " sudah_matang udah_mateng"
        "  sudah_diproses udah_diproses udh_diproses diproses_belum sampai_jam_berapa sampe_jam_berapa"
        " lagi_dimana udah_berangkat sudah_berangkat"
        " kok_lama kok_belum kok_blm belum_ada_kabar blm_ada_kabar pesenan_aku gojeknya abangnya driver drivernya"
    ),
    prices_asked=words(
        "berapa brp brpa brapa berapaan brpan harganya hrgnya harga hrg price_list pricelist daftar_harga total"
        " totalnya ttl jadi_berapa"
        " jd_brp kena_berapa nego kurangin_harga bisa_kurang bs_kurang boleh_kurang diskon disc potongan harga_nya"
        " pinten piro sabaraha berapaa piroan tawar nawar murahin net nett harga_pas korting grosirannya bisa_murah"
    ),
    allergens=spelt(
        kacang="kacang_tanah kacangnya",
        almond="",
        mete="kacang_mete",
        wijen="",
        susu="laktosa keju_susu",
        telur="telor",
        gluten="",
        terigu="tepung_terigu",
        kedelai="kedele",
        udang="",
        seafood="hidangan_laut",
        ikan="",
        kepiting="",
        msg="micin vetsin",
        alkohol="rhum rum",
        babi="",
    ),
    tolerates=words("alergi alergi_sama intoleran pantang"),
    contents_asked=words(
        "mengandung kandungan komposisi bahannya_apa bahan_apa dari_apa terbuat_dari alergen isinya_apa"
    ),
    keeping_asked=words(
        "tahan_berapa tahan_brp tahan_brapa tahan_sampai tahan_lama awet_berapa awet_ga awet_gak kadaluarsa expired exp"
        " kuat_berapa bisa_disimpan simpannya tahan_di_suhu masuk_kulkas"
    ),
    halal_asked=words("halal halal_ga halal_gak sertifikat_halal"),
    permit_asked=words("pirt p-irt bpom izin_edar ada_izin"),
    stock_asked=words(
        "masih_ada msh_ada ada_gak ada_ga ada_nggak ada_ngga ada_tidak ada_apa ada_apa_aja apa_aja apa_saja"
        " ready_gak ready_ga ready_kah"
        "  ready_nggak ready_ngga ready redi kosong habis masih_bisa_po masih_po po_kapan po_kpn buka_po open_po"
        " stok stoknya menu menunya katalog"
        "  rasa_apa varian_apa variannya rasanya_apa warna_apa ukuran_apa size_apa jual jualan tersedia sedia"
        " masih_buka_po"
        "  masih_open abis habis ludes ada_rasa ada_warna ada_ukuran ada_yang ada_ready sisa tinggal_berapa"
        " masih_bisa_pesan masih_bisa_order bisa_pesan_lagi ada kapan_ready"
        " kapan_po kpn_po kpn_ready kapan_ada restok restock yang_ready taksih wonten teu_acan aya available"
    ),
    other_asked=words(
        "cicip icip nyicip tester bisa_custom ongkir ongkirnya ongkos_kirim buka_jam jam_berapa jam_brp"
        " tutup_jam buka_sampai hari_apa alamatnya"
        " alamat_dimana dimana_alamat"
        "  lokasi lokasinya halal tahan_berapa tahan_brp awet berapa_hari brp_hari berapa_lama brp_lama bahan"
        " komposisi"
        "  berapa_orang brp_orang cukup_buat cukup_untuk bisa_kirim bs_kirim kirim_ke_mana kirim_kemana"
        " bisa_antar bs_antar bisa_diantar bisa_dikirim"
        "  isi_berapa isi_brp isinya_berapa isinya_brp ukurannya_berapa berat_berapa beratnya pakai_pengawet"
        " tulisan tulisin berapa_cm berapa_gram"
        "  ada_kacang pedas_gak pedas_ga pedes_gak pedes_ga manis_gak alergi msg tinggi diameter brp_cm brp_gram"
        " kalori"
        " dp_berapa dp_brp bisa_dp minimal_order cukup_berapa minimal_berapa min_berapa garansi resep"
    ),
    questions=words(
        "berapa brp brpa brapa apa apakah gimana gmn bagaimana kapan kpn mana dimana kemana siapa kenapa knp kok"
        " bisa_gak bisa_ga bs_ga bs_gak"
        " boleh_gak boleh_ga gak ga nggak ngga enggak tidak kah kan belum blm belom"
    ),
    hypothetical=words("kalo kalau klo klu kl misal misalnya seandainya andai jika bila umpama"),
    injected=words(
        "abaikan_semua abaikan_aturan abaikan_perintah abaikan_instruksi ubah_harga ganti_harga set_harga"
        " jadikan_harga"
        " kamu_sekarang_adalah lupakan_instruksi lupakan_semua mode_admin mode_developer bypass"
    ),
)
