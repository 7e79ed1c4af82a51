package words

// arabic is Modern Standard Arabic, without vowel marks where they would tell a man from a
// woman. Nobody who speaks it has read it. Numbers stand behind a colon, since words that are
// counted change with the number.
var arabic = table{
	Ringing:     "أقوم الآن بتوصيلك بأحد أفراد فريقنا، لحظة من فضلك.",           // I am now connecting you with one of the members of our team, a moment please.
	ConnectedTo: "يتحدث معك الآن {agent}.",                                      // {agent} is speaking with you now.
	Connected:   "يتحدث معك الآن أحد أفراد فريقنا.",                             // One of the members of our team is speaking with you now.
	HandedBack:  "عدت إليك. بماذا يمكنني مساعدتك أيضا؟",                         // I am back with you. What can I also help you with?
	Ended:       "انتهت هذه المحادثة مع فريقنا.",                                // This conversation with our team has ended.
	NobodyFree:  "لا يوجد أحد متاح من فريقنا الآن.",                             // Nobody from our team is available now.
	Trouble:     "لا يمكنني توصيلك بفريقنا الآن.",                               // I cannot connect you with our team now.
	WillCall:    "سيتواصل معك أحد أفراد فريقنا.",                                // One of the members of our team will contact you.
	AskContact:  "كيف يمكننا التواصل معك، عبر الهاتف أم عبر البريد الإلكتروني؟", // How can we contact you, by phone or by e-mail?

	NewCall:         "مكالمة جديدة",                                                                       // New call
	NewChat:         "محادثة جديدة",                                                                       // New chat
	TransferredCall: "مكالمة محولة",                                                                       // Transferred call
	TransferredChat: "محادثة محولة",                                                                       // Transferred chat
	Drill:           "تدريب: {title}",                                                                     // Training: {title}
	Unsure:          "{department} · المساعد غير متأكد",                                                   // {department} · the assistant is not certain
	AskedFor:        "{department} · طلب التحدث مع شخص",                                                   // {department} · a request to speak with a person
	RuleMet:         "{department} · قواعدكم تطلب شخصا",                                                   // {department} · your rules ask for a person
	Direct:          "{department} · مباشر",                                                               // {department} · direct
	Everyone:        "الجميع",                                                                             // Everyone
	WithdrawnTitle:  "توقف الرنين",                                                                        // The ringing has stopped
	WithdrawnCall:   "لم تعد المكالمة بحاجة إليك.",                                                        // The call does not need you any more.
	WithdrawnChat:   "لم تعد المحادثة بحاجة إليك.",                                                        // The chat does not need you any more.
	ReturnedTitle:   "لم يقبل أحد التحويل",                                                                // Nobody accepted the transfer
	ReturnedCall:    "لم يستلم أحد المكالمة. تبقى لديك.",                                                  // Nobody took the call. It stays with you.
	ReturnedChat:    "لم يستلم أحد المحادثة. تبقى لديك.",                                                  // Nobody took the chat. It stays with you.
	OpenTitle:       "ما زال مفتوحا",                                                                      // Still open
	OpenCall:        "هناك مكالمة مفتوحة منذ وقت طويل. يرجى إنهاؤها إن كانت قد انتهت.",                    // There is a call open for a long time. Please complete it if it has ended.
	OpenChat:        "هناك محادثة مفتوحة منذ وقت طويل. يرجى إنهاؤها إن كانت قد انتهت.",                    // There is a chat open for a long time. Please complete it if it has ended.
	WaitsTitle:      "عميل ينتظر",                                                                         // A customer waits
	WaitsCall:       "كتب عميل أثناء مكالمة وينتظر ردا.",                                                  // A customer has written during a call and waits for an answer.
	WaitsChat:       "كتب عميل في محادثة وينتظر ردا.",                                                     // A customer has written in a chat and waits for an answer.
	OfflineTitle:    "حالتك الآن: غير متصل",                                                               // Your state now: offline
	OfflineBody:     "لم يصل منك رد، لذلك أصبحت حالتك غير متصل. يمكنك الاتصال من جديد عند عودتك.",         // No answer came from you, so your state became offline. You can go online again when you return.
	SoonTitle:       "تبدأ مناوبتك قريبا",                                                                 // Your shift begins soon
	SoonBody:        "حالتك غير متصل. غير حالتك إلى متصل لاستلام المكالمات والمحادثات.",                   // Your state is offline. Change your state to online to receive calls and chats.
	OverTitle:       "انتهت مناوبتك",                                                                      // Your shift has ended
	OverBody:        "لن تصلك مكالمات أو محادثات حتى المناوبة التالية. شكرا!",                             // No calls or chats reach you until the next shift. Thank you!
	NobodyTitle:     "لا يوجد أحد",                                                                        // Nobody is there
	NobodyBody:      "لا يستطيع أحد من فريقك استلام العمل. سيتم الاتصال بالعملاء لاحقا إلى أن يتوفر أحد.", // Nobody of your team can receive work. Customers will be called later until somebody is available.
	CallbacksTitle:  "عملاء ينتظرون اتصالا",                                                               // Customers wait for a call
	CallbacksOne:    "هناك عميل واحد ينتظر معاودة الاتصال.",                                               // There is one customer who waits to be called back.
	CallbacksMany:   "عدد العملاء الذين ينتظرون معاودة الاتصال: {count}",                                  // Number of customers who wait to be called back: {count}
	DueTitle:        "معاودة اتصال متأخرة",                                                                // A callback that is late
	DueBody:         "ما زال عميل ينتظر معاودة الاتصال به.",                                               // A customer still waits to be called back.
	DueIn:           "{department} · ما زال عميل ينتظر معاودة الاتصال به.",                                // {department} · A customer still waits to be called back.
	ChangedTitle:    "تغيرت معاودة الاتصال التي لديك",                                                     // The callback that is with you has changed
	ChangedBody:     "يرجى فتحها قبل الاتصال.",                                                            // Please open it before calling.
	TakenTitle:      "انتقل هاتف من فريقك إلى يد أخرى",                                                    // A phone of your team has passed to another hand
	TakenBody:       "يرن الآن لشركة أخرى. إذا كان هاتفك وكان ذلك خطأ، فغيّر كلمة مرورك.",                 // It rings for another company now. If it was your phone and that is an error, change your password.
	TestTitle:       "اختبار",                                                                             // Test
	TestBody:        "تصل الإشعارات إلى هذا الهاتف.",                                                      // Notifications reach this phone.
	OtherTitle:      "ConnectNow",                                                                         // ConnectNow
	OtherBody:       "يمكن معرفة المزيد في التطبيق.",                                                      // More can be known in the app.
}
