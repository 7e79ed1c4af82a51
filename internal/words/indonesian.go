package words

// indonesian is Indonesian, polite (Anda). Nobody who speaks it has read it.
var indonesian = table{
	Ringing:     "Saya sedang menghubungkan Anda dengan tim kami, mohon tunggu sebentar.", // I am connecting you with our team, please wait a moment.
	ConnectedTo: "Anda sekarang terhubung dengan {agent}.",                                // You are now connected with {agent}.
	Connected:   "Anda sekarang terhubung dengan seseorang dari tim kami.",                // You are now connected with somebody from our team.
	HandedBack:  "Saya kembali bersama Anda. Apa lagi yang bisa saya bantu?",              // I am back with you. What else can I help with?
	Ended:       "Percakapan dengan tim kami ini telah berakhir.",                         // This conversation with our team has ended.
	NobodyFree:  "Saat ini tidak ada yang tersedia dari tim kami.",                        // At this time nobody from our team is available.
	Trouble:     "Saat ini saya tidak dapat menghubungkan Anda dengan tim kami.",          // At this time I cannot connect you with our team.
	WillCall:    "Seseorang dari tim kami akan menghubungi Anda.",                         // Somebody from our team will contact you.
	AskContact:  "Bagaimana kami dapat menghubungi Anda, lewat telepon atau email?",       // How can we contact you, by phone or e-mail?

	NewCall:         "Panggilan baru",                                                                                         // New call
	NewChat:         "Obrolan baru",                                                                                           // New chat
	TransferredCall: "Panggilan yang dialihkan",                                                                               // Transferred call
	TransferredChat: "Obrolan yang dialihkan",                                                                                 // Transferred chat
	Drill:           "Latihan: {title}",                                                                                       // Exercise: {title}
	Unsure:          "{department} · asisten tidak yakin",                                                                     // {department} · the assistant is not sure
	AskedFor:        "{department} · meminta bicara dengan orang",                                                             // {department} · asked to speak with a person
	RuleMet:         "{department} · aturan Anda meminta seseorang",                                                           // {department} · your rules ask for somebody
	Direct:          "{department} · langsung",                                                                                // {department} · direct
	Everyone:        "Semua",                                                                                                  // Everyone
	WithdrawnTitle:  "Tidak berdering lagi",                                                                                   // No longer ringing
	WithdrawnCall:   "Panggilan ini tidak memerlukan Anda lagi.",                                                              // This call does not need you any more.
	WithdrawnChat:   "Obrolan ini tidak memerlukan Anda lagi.",                                                                // This chat does not need you any more.
	ReturnedTitle:   "Pengalihan tidak diterima",                                                                              // Transfer not accepted
	ReturnedCall:    "Tidak ada yang menerima panggilan. Panggilan tetap pada Anda.",                                          // Nobody accepted the call. The call stays with you.
	ReturnedChat:    "Tidak ada yang menerima obrolan. Obrolan tetap pada Anda.",                                              // Nobody accepted the chat. The chat stays with you.
	OpenTitle:       "Masih terbuka",                                                                                          // Still open
	OpenCall:        "Sebuah panggilan sudah terbuka sangat lama. Selesaikan jika sudah berakhir.",                            // A call has been open for very long. Complete it if it has ended.
	OpenChat:        "Sebuah obrolan sudah terbuka sangat lama. Selesaikan jika sudah berakhir.",                              // A chat has been open for very long. Complete it if it has ended.
	WaitsTitle:      "Seorang pelanggan menunggu",                                                                             // A customer waits
	WaitsCall:       "Seorang pelanggan menulis dalam panggilan dan menunggu jawaban.",                                        // A customer has written in a call and waits for an answer.
	WaitsChat:       "Seorang pelanggan menulis dalam obrolan dan menunggu jawaban.",                                          // A customer has written in a chat and waits for an answer.
	OfflineTitle:    "Anda offline",                                                                                           // You are offline
	OfflineBody:     "Tidak ada jawaban dari Anda, jadi Anda dibuat offline. Jadilah online saat Anda kembali.",               // There was no answer from you, so you were made offline. Be online when you are back.
	SoonTitle:       "Giliran kerja Anda segera mulai",                                                                        // Your shift begins soon
	SoonBody:        "Anda offline. Jadilah online untuk menerima panggilan dan obrolan.",                                     // You are offline. Be online to receive calls and chats.
	OverTitle:       "Giliran kerja Anda selesai",                                                                             // Your shift is over
	OverBody:        "Anda tidak menerima panggilan dan obrolan lagi sampai giliran berikutnya. Terima kasih!",                // You receive no more calls and chats until the next shift. Thank you!
	NobodyTitle:     "Tidak ada siapa-siapa",                                                                                  // Nobody is there
	NobodyBody:      "Tidak ada anggota tim Anda yang dapat menerima. Pelanggan akan ditelepon kembali sampai ada yang bisa.", // No member of your team can take anything. Customers will be called back until somebody can.
	CallbacksTitle:  "Pelanggan menunggu telepon",                                                                             // Customers wait for a phone call
	CallbacksOne:    "Satu panggilan balik belum selesai.",                                                                    // One callback is not done.
	CallbacksMany:   "{count} panggilan balik belum selesai.",                                                                 // {count} callbacks are not done.
	DueTitle:        "Panggilan balik terlambat",                                                                              // Callback that is late
	DueBody:         "Seorang pelanggan masih menunggu ditelepon kembali.",                                                    // A customer still waits to be called back.
	DueIn:           "{department} · Seorang pelanggan masih menunggu ditelepon kembali.",                                     // {department} · A customer still waits to be called back.
	ChangedTitle:    "Panggilan balik Anda berubah",                                                                           // Your callback has changed
	ChangedBody:     "Buka sebelum Anda menelepon.",                                                                           // Open it before you phone.
	TakenTitle:      "Sebuah ponsel tim Anda berpindah tangan",                                                                // A phone of your team changed hands
	TakenBody:       "Berdering untuk perusahaan lain. Jika itu milik Anda dan ini salah, ganti kata sandi.",                  // It rings for another company. If it was yours and this is wrong, change the password.
	TestTitle:       "Uji coba",                                                                                               // Test
	TestBody:        "Notifikasi sampai ke ponsel ini.",                                                                       // Notifications reach this phone.
	OtherTitle:      "ConnectNow",                                                                                             // ConnectNow
	OtherBody:       "Buka aplikasi untuk selengkapnya.",                                                                      // Open the app for the rest.
}
