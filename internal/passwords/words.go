package passwords

import (
	"strings"
	"sync"
)

// common are the words that may not be all of a password, in their plain form.
var common = sync.OnceValue(func() []string {
	var words []string
	for word := range strings.FieldsSeq(commonWords) {
		words = append(words, plain.Replace(word))
	}
	return words
})

// commonWords are what people take: words for passwords themselves, for love and luck, insults,
// first names, teams, films, games and brands, in some languages; at the end names that
// machines signed up with by the thousand. A word that is long is here only if it is taken often.
const commonWords = `
 password passwort passwd passphrase parola senha contrasena motdepasse kennwort admin administrator user username
login logon signin letmein welcome hello temp temporary standard secret master system root guest testing default
change changeme access account computer internet network networking company business project newproject website
websolutions solutions domain domainlock windows microsoft google facebook linkedin samsung android playstation
nintendo sonyericsson love iloveyou loveyou loveme lover myfamily family forever together friend friends bestfriend
boyfriend girlfriend baby babygirl babyboy babe angel honey sweetheart sweetie darling princess queen sunshine
sonnenschein sunflower summer flower chocolate cookie cheese peanut peanutbutter butter pepper chicken wing freedom
happy happiness lucky smile peace trust ingodwetrust jesus christ jesuschrist allah mohammed monkey dragon tiger
shadow falcon eagle phoenix hunter killer warrior ninja kitten kitty puppy doggy mustang ferrari football baseball
basketball soccer cricket tennis arsenal liverpool chelsea barcelona manchester champion superman batman spiderman
ironman greenlantern starwars matrix terminator pokemon minecraft warhammer warcraft counterstrike needforspeed
finalfantasy residentevil mortalkombat devilmaycry nightcrawler transformer potter jamesbond systemofadown
avrillavigne michaeljackson justinbieber stratocaster guitar punksnotdead michael jackson jordan andrew daniel charlie
jessica ashley michelle christopher alexander sebastian massimiliano jackie vanya vladimir vladimirovna london paris
berlin newyork california sanfrancisco australia auckland germany america india mumbai russia minnesota minnesotahp
antananarivu morganstanley ticketmaster telemike respekt trustno letsgo whatever nothing something anything everything
leavemealone ontheoutside whosyourdaddy theworld deadpeople iseedeadpeople thecakeisalie contortionist unbelievable
daddy mother schoolgirl stinky finger fuckyou fucker fuck bitch asshole bullshit boobies porno pornographic sexy
masturbat motherfucker ichliebedich schatz weihnachtsbau weihnachten tequiero teamo jetaime wazzka privet iampurehaha
пароль простопароль просто простой привет приветкакдела какдела администратор любовь люблю солнышко наташа анастасия
екатерина катерина александр александров александровна александрович владимирович владимировна мамамылараму
травматолог альтернатива зенит чемпион спартак полный пиздец трусынаголове совершенство идентификация трансформеры
противостояние ясамаялучшая простоквашино изподвыподверта петрозаводск днепропетровск антананариву йцукен polniypizdec
mailcreated maurolarastefy amadeusptfcor paraklast installsqlst hedimaptfcor seemnemaailm installdevic specialinsta
webuivalidat nondriversig corperfmonsy msorcloledbr digitalprodu olcrackmaster masterbat masterbait maprchem
mevefalkcakk stick
`
