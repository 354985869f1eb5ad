package invented

// otherSpellings are names that no folding and no threshold was tried on: what
// is measured with them is what was not fitted. Whoever tunes leaves them
// alone, or measures with a third set.
var otherSpellings = map[string]string{
	"arabic": `
Abdulaziz Abdelaziz Abdalaziz Cabdicasiis Abdiaziz
Abubakar Abubakr Abuubakar Abu-Bakr
Bilal Bilaal Belal Billal
Faisal Faysal Feisal Feysal Faizal
Hamza Hamsa Xamse Hamzah
Idris Idriis Edris Idrees
Jafar Jaafar Jacfar Gafar Jaffar
Karim Kareem Kariim Karem
Mahmud Mahmoud Maxamuud Mahmood
Musa Mousa Muuse Moussa Mussa
Nur Noor Nuur Nour
Othman Usman Osman Cismaan Uthman
Saleh Salih Saalax Swaleh
Tariq Tarek Taariq Tarik
Yaqub Yakub Yacquub Yakoub
Yahya Yahia Yaxye Yehya
Zakaria Zakariya Sakariye Zachariah
Asma Asmaa Esma Asmah
Hafsa Xafsa Hafza Hafsah
Hawa Xaawo Hawwa Hauwa
Nadia Naadiya Nadya Nadiya
Rahma Raxma Rahmah Rahmo
Rukia Ruqiya Rukiya Ruqayya Rukiyo
Safia Safiya Safiyo Saffiya
Salma Selma Salmah Salmo
Shamsa Shamso Shamsah Chamsa
Sumaya Sumayya Sumeya Sumaiya Soumaya
Maimuna Maymuna Maimouna Maymuun
Zubeda Zubeida Zubayda Subayda`,
	"swahili": `
Bahati Bahaty Bahathi
Faraja Faradja Farajah
Hekima Hekimah Ekima
Kheri Heri Khery
Mosi Mosy Mossi
Mwinyi Mwinyii Mwiny
Mwanahamisi Mwana-Hamisi Mwanahamis Mwanakhamis
Riziki Rizki Riziky Rizikhi
Sauda Saudah Sawda
Shukuru Shukru Shukuruu Chukuru
Tabu Taabu Tabbu
Upendo Upendoh Uppendo
Zuhura Zuhra Zuhurah Suhura
Kombo Combo Komboh
Makame Makamme Macame
Wambui Wamboi Wambuy Wambuyi
Muthoni Mutoni Muthony Mudhoni
Njeri Njery Jeri Ngeri
Mwangi Muangi Mwangy
Kipchoge Kipchogeh Chipchoge Kipcoge
Cherono Cheronoh Jerono Tcherono
Chepkosgei Jepkosgei Jepkosgey Chepkoskei
Odhiambo Odiambo Othiambo Odhyambo
Akinyi Akiny Akinyii Akinni
Wafula Waffula Wafulah Waphula
Nekesa Nekessa Neckesa Nekeza
Mumbua Mumbuah Mumbwa
Kilonzo Kilonso Kironzo Kilonzoh
Mwikali Mwikaly Muikali`,
	"somali": `
Aden Adan Aaden Aadan
Asad Assad Asaad Casad
Awale Cawaale Awaleh
Bile Biile Bileh Billeh
Dalmar Dalmaar Delmar
Elmi Cilmi Ilmi Elmy
Garad Garaad Gerad
Gabow Gaboow Gabo Gaabow
Hared Xareed Harred Harid
Ilhan Ilhaan Elhan
Kinsi Qinsi Kinzi
Ladan Laadan Ladaan
Magan Magaan Maggan
Nuradin Nuuradiin Nooradin Nuruddin
Qamar Qamaar Kamar Gamar
Rage Raage Rageh Raagge
Samatar Samater Samantar
Sharmarke Sharma'arke Sharmake Sharmaarke
Shukri Shukry Shuukri Choukri
Sucdi Suadi Soudi Su'di
Tahlil Taxliil Tahliil Tahleel
Waris Waaris Warris
Yusra Yusraa Yousra
Zamzam Samsam Zemzem`,
	"ethiopian": `
Abrehet Abrehit Abrihet Abrahet
Alemayehu Alemayehou Alamayehu Alemayhu
Asefa Assefa Aseffa Asafa
Ayele Ayelle Ayale Ayyele
Berhanu Birhanu Berhanou Brhanu
Biruk Bruk Birook Beruk
Demeke Demmeke Dameke Demeqe
Desta Destta Dasta Desta'
Eyerusalem Iyerusalem Eyarusalem Jerusalem
Fikru Fekru Fikrou Fiqru
Gebre Gebra Gabre Ghebre
Hailu Haylu Hailou Haylou
Kidist Qedist Kidest Kedist
Lemlem Lamlam Lemmlem Lemelem
Mekdes Meqdes Makdes Mekdas
Melaku Malaku Melakou Mellaku
Mengistu Mengestu Mangistu Menghistu
Rahel Rachel Raheel Rahal
Solomon Selomon Salomon Solomen
Tadesse Tadese Taddesse Tadassa
Tekle Takle Teckle Tekla
Wondimu Wendimu Wondemu Wandimu
Yeshi Yashi Yeshie Jeshi
Zewdu Zawdu Zewdie Sewdu
Chala Caalaa Chalaa Tchala
Dhaba Daba Dhabaa Dabba
Ibsa Ibsaa Ebsa Ibssa
Jaleta Jalata Jaletta Jaalataa
Megersa Magarsa Megerssa Magersaa`,
}
