package words

// german is German, polite (Sie). Nobody who speaks it has read it.
var german = table{
	Ringing:     "Ich verbinde Sie mit jemandem aus unserem Team, einen Moment bitte.", // I am connecting you with somebody from our team, one moment please.
	ConnectedTo: "Sie sind jetzt mit {agent} verbunden.",                               // You are now connected with {agent}.
	Connected:   "Sie sind jetzt mit jemandem aus unserem Team verbunden.",             // You are now connected with somebody from our team.
	HandedBack:  "Ich bin wieder für Sie da. Was kann ich noch für Sie tun?",           // I am there for you again. What else can I do for you?
	Ended:       "Dieses Gespräch mit unserem Team ist beendet.",                       // This conversation with our team is ended.
	NobodyFree:  "Im Moment ist niemand aus unserem Team frei.",                        // At the moment nobody from our team is free.
	Trouble:     "Im Moment kann ich Sie nicht mit unserem Team verbinden.",            // At the moment I cannot connect you with our team.
	WillCall:    "Jemand aus unserem Team meldet sich bei Ihnen.",                      // Somebody from our team will get back to you.
	AskContact:  "Wie können wir Sie erreichen, telefonisch oder per E-Mail?",          // How can we reach you, by phone or by e-mail?

	NewCall:         "Neuer Anruf",                                                                                  // New call
	NewChat:         "Neuer Chat",                                                                                   // New chat
	TransferredCall: "Weitergeleiteter Anruf",                                                                       // Transferred call
	TransferredChat: "Weitergeleiteter Chat",                                                                        // Transferred chat
	Drill:           "Probe: {title}",                                                                               // Rehearsal: {title}
	Unsure:          "{department} · der Assistent ist nicht sicher",                                                // {department} · the assistant is not sure
	AskedFor:        "{department} · möchte mit einem Menschen sprechen",                                            // {department} · would like to speak with a person
	RuleMet:         "{department} · Ihre Regeln verlangen einen Menschen",                                          // {department} · your rules ask for a person
	Direct:          "{department} · direkt",                                                                        // {department} · direct
	Everyone:        "Alle",                                                                                         // Everyone
	WithdrawnTitle:  "Klingelt nicht mehr",                                                                          // No longer ringing
	WithdrawnCall:   "Der Anruf braucht Sie nicht mehr.",                                                            // The call does not need you any more.
	WithdrawnChat:   "Der Chat braucht Sie nicht mehr.",                                                             // The chat does not need you any more.
	ReturnedTitle:   "Weiterleitung nicht angenommen",                                                               // Transfer not accepted
	ReturnedCall:    "Niemand hat den Anruf angenommen. Er bleibt bei Ihnen.",                                       // Nobody has accepted the call. It stays with you.
	ReturnedChat:    "Niemand hat den Chat angenommen. Er bleibt bei Ihnen.",                                        // Nobody has accepted the chat. It stays with you.
	OpenTitle:       "Noch offen",                                                                                   // Still open
	OpenCall:        "Ein Anruf ist schon sehr lange offen. Schließen Sie ihn ab, wenn er vorbei ist.",              // A call has been open for very long. Complete it if it is over.
	OpenChat:        "Ein Chat ist schon sehr lange offen. Schließen Sie ihn ab, wenn er vorbei ist.",               // A chat has been open for very long. Complete it if it is over.
	WaitsTitle:      "Ein Kunde wartet",                                                                             // A customer waits
	WaitsCall:       "Ein Kunde hat in einem Anruf geschrieben und wartet auf Antwort.",                             // A customer has written in a call and waits for an answer.
	WaitsChat:       "Ein Kunde hat in einem Chat geschrieben und wartet auf Antwort.",                              // A customer has written in a chat and waits for an answer.
	OfflineTitle:    "Sie sind offline",                                                                             // You are offline
	OfflineBody:     "Von Ihnen kam keine Antwort, darum sind Sie offline. Gehen Sie online, wenn Sie zurück sind.", // No answer came from you, so you are offline. Go online when you are back.
	SoonTitle:       "Ihre Schicht beginnt bald",                                                                    // Your shift begins soon
	SoonBody:        "Sie sind offline. Gehen Sie online, um Anrufe und Chats zu bekommen.",                         // You are offline. Go online to get calls and chats.
	OverTitle:       "Ihre Schicht ist vorbei",                                                                      // Your shift is over
	OverBody:        "Bis zur nächsten bekommen Sie keine Anrufe und Chats mehr. Danke!",                            // Until the next one you get no more calls and chats. Thank you!
	NobodyTitle:     "Niemand ist da",                                                                               // Nobody is there
	NobodyBody:      "Niemand aus Ihrem Team kann etwas annehmen. Bis dahin werden Kunden zurückgerufen.",           // Nobody from your team can accept anything. Until then customers are called back.
	CallbacksTitle:  "Kunden warten auf einen Anruf",                                                                // Customers wait for a call
	CallbacksOne:    "Ein Rückruf ist offen.",                                                                       // One callback is open.
	CallbacksMany:   "{count} Rückrufe sind offen.",                                                                 // {count} callbacks are open.
	DueTitle:        "Rückruf überfällig",                                                                           // Callback overdue
	DueBody:         "Ein Kunde wartet noch auf seinen Rückruf.",                                                    // A customer still waits for the callback.
	DueIn:           "{department} · Ein Kunde wartet noch auf seinen Rückruf.",                                     // {department} · A customer still waits for the callback.
	ChangedTitle:    "Ihr Rückruf hat sich geändert",                                                                // Your callback has changed
	ChangedBody:     "Öffnen Sie ihn, bevor Sie anrufen.",                                                           // Open it before you call.
	TakenTitle:      "Ein Telefon Ihres Teams hat gewechselt",                                                       // A phone of your team has changed
	TakenBody:       "Es klingelt für eine andere Firma. War es Ihres und ist das falsch: Ändern Sie Ihr Passwort.", // It rings for another company. If it was yours and that is wrong: change your password.
	TestTitle:       "Test",                                                                                         // Test
	TestBody:        "Nachrichten erreichen dieses Telefon.",                                                        // Messages reach this phone.
	OtherTitle:      "ConnectNow",                                                                                   // ConnectNow
	OtherBody:       "Mehr steht in der App.",                                                                       // More is in the app.
}
