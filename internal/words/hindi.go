package words

// hindi is Hindi. Nobody who speaks it has read it. Its sentences leave open whether a man or
// a woman speaks or is spoken of.
var hindi = table{
	Ringing:     "आपको हमारी टीम के एक सदस्य से जोड़ा जा रहा है, कृपया एक क्षण रुकिए।", // You are being connected with a member of our team, please wait a moment.
	ConnectedTo: "अब {agent} आपके साथ हैं।",                                            // {agent} is with you now.
	Connected:   "अब हमारी टीम से कोई आपके साथ है।",                                    // Somebody from our team is with you now.
	HandedBack:  "मैं फिर से आपके साथ हूँ। आपको और किस बात में मदद चाहिए?",             // I am with you again. What else do you need help with?
	Ended:       "हमारी टीम के साथ यह बातचीत समाप्त हो गई है।",                         // This conversation with our team has ended.
	NobodyFree:  "इस समय हमारी टीम में कोई उपलब्ध नहीं है।",                            // At this time nobody in our team is available.
	Trouble:     "इस समय आपको हमारी टीम से जोड़ना संभव नहीं है।",                       // At this time it is not possible to connect you with our team.
	WillCall:    "हमारी टीम से कोई आपसे संपर्क करेगा।",                                 // Somebody from our team will contact you.
	AskContact:  "हम आपसे कैसे संपर्क करें, फ़ोन से या ई-मेल से?",                      // How should we contact you, by phone or by e-mail?

	NewCall:         "नई कॉल",                                                                                  // New call
	NewChat:         "नई चैट",                                                                                  // New chat
	TransferredCall: "भेजी गई कॉल",                                                                             // Call that was sent on
	TransferredChat: "भेजी गई चैट",                                                                             // Chat that was sent on
	Drill:           "अभ्यास: {title}",                                                                         // Exercise: {title}
	Unsure:          "{department} · सहायक को पक्का पता नहीं है",                                               // {department} · the assistant does not know for sure
	AskedFor:        "{department} · किसी व्यक्ति से बात करने को कहा",                                          // {department} · asked to speak to a person
	RuleMet:         "{department} · आपके नियम किसी व्यक्ति को चाहते हैं",                                      // {department} · your rules want a person
	Direct:          "{department} · सीधे",                                                                     // {department} · directly
	Everyone:        "सभी",                                                                                     // Everyone
	WithdrawnTitle:  "अब नहीं बज रहा",                                                                          // Not ringing any more
	WithdrawnCall:   "इस कॉल के लिए अब आपकी ज़रूरत नहीं है।",                                                   // You are not needed for this call any more.
	WithdrawnChat:   "इस चैट के लिए अब आपकी ज़रूरत नहीं है।",                                                   // You are not needed for this chat any more.
	ReturnedTitle:   "किसी ने आगे नहीं लिया",                                                                   // Nobody took it on
	ReturnedCall:    "किसी ने कॉल नहीं ली। यह आपके पास ही है।",                                                 // Nobody took the call. It is still with you.
	ReturnedChat:    "किसी ने चैट नहीं ली। यह आपके पास ही है।",                                                 // Nobody took the chat. It is still with you.
	OpenTitle:       "अब भी खुला है",                                                                           // Still open
	OpenCall:        "एक कॉल बहुत देर से खुली है। यदि वह पूरी हो गई हो तो उसे समाप्त कीजिए।",                   // A call has been open for very long. End it if it is finished.
	OpenChat:        "एक चैट बहुत देर से खुली है। यदि वह पूरी हो गई हो तो उसे समाप्त कीजिए।",                   // A chat has been open for very long. End it if it is finished.
	WaitsTitle:      "एक ग्राहक प्रतीक्षा में है",                                                              // A customer is waiting
	WaitsCall:       "एक ग्राहक ने कॉल में लिखा है और उत्तर की प्रतीक्षा में है।",                              // A customer has written in a call and waits for an answer.
	WaitsChat:       "एक ग्राहक ने चैट में लिखा है और उत्तर की प्रतीक्षा में है।",                              // A customer has written in a chat and waits for an answer.
	OfflineTitle:    "आप ऑफ़लाइन हैं",                                                                          // You are offline
	OfflineBody:     "आपसे उत्तर नहीं मिला, इसलिए आपको ऑफ़लाइन कर दिया गया। लौटने पर फिर ऑनलाइन हो जाइए।",      // No answer came from you, so you were made offline. Go online again when you return.
	SoonTitle:       "आपकी पाली जल्द शुरू होगी",                                                                // Your shift begins soon
	SoonBody:        "आप ऑफ़लाइन हैं। कॉल और चैट पाने के लिए ऑनलाइन हो जाइए।",                                  // You are offline. Go online to get calls and chats.
	OverTitle:       "आपकी पाली समाप्त हुई",                                                                    // Your shift has ended
	OverBody:        "अगली पाली तक आपको कोई कॉल या चैट नहीं मिलेगी। धन्यवाद!",                                  // Until the next shift you get no call or chat. Thank you!
	NobodyTitle:     "कोई मौजूद नहीं है",                                                                       // Nobody is present
	NobodyBody:      "आपकी टीम में कोई काम नहीं ले सकता। जब तक कोई न आए, ग्राहकों को बाद में फ़ोन किया जाएगा।", // Nobody in your team can take work. Until somebody comes, customers will be phoned later.
	CallbacksTitle:  "ग्राहक फ़ोन की प्रतीक्षा में हैं",                                                        // Customers wait for a phone call
	CallbacksOne:    "एक ग्राहक को वापस फ़ोन करना बाकी है।",                                                    // One customer is still to be phoned back.
	CallbacksMany:   "{count} ग्राहकों को वापस फ़ोन करना बाकी है।",                                             // {count} customers are still to be phoned back.
	DueTitle:        "वापस फ़ोन करने में देर हो गई",                                                            // Phoning back is late
	DueBody:         "एक ग्राहक अब भी फ़ोन की प्रतीक्षा में है।",                                               // A customer still waits for the phone call.
	DueIn:           "{department} · एक ग्राहक अब भी फ़ोन की प्रतीक्षा में है।",                                // {department} · A customer still waits for the phone call.
	ChangedTitle:    "जिसे आप फ़ोन करेंगे, उसमें कुछ बदला है",                                                  // Something has changed about the one you will phone
	ChangedBody:     "फ़ोन करने से पहले उसे खोलिए।",                                                            // Open it before you phone.
	TakenTitle:      "आपकी टीम का एक फ़ोन अब किसी और के पास है",                                                // A phone of your team is with somebody else now
	TakenBody:       "यह अब दूसरी कंपनी के लिए बजता है। अगर आपका था और यह गलत है, तो पासवर्ड बदलिए।",           // It rings for another company now. If it was yours and that is wrong, change the password.
	TestTitle:       "जाँच",                                                                                    // Test
	TestBody:        "सूचनाएँ इस फ़ोन तक पहुँचती हैं।",                                                         // Notifications reach this phone.
	OtherTitle:      "ConnectNow",                                                                              // ConnectNow
	OtherBody:       "और जानने के लिए ऐप खोलिए।",                                                               // Open the app to know more.
}
