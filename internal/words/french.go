package words

// french is French, polite (vous). Nobody who speaks it has read it.
var french = table{
	Ringing:     "Je vous mets en relation avec une personne de notre équipe, un instant, s'il vous plaît.", // I am connecting you with a person of our team, one moment, please.
	ConnectedTo: "Vous êtes maintenant en relation avec {agent}.",                                           // You are now connected with {agent}.
	Connected:   "Vous êtes maintenant en relation avec une personne de notre équipe.",                      // You are now connected with a person of our team.
	HandedBack:  "Je suis de nouveau avec vous. Que puis-je faire d'autre pour vous ?",                      // I am with you again. What else can I do for you?
	Ended:       "Cette conversation avec notre équipe est terminée.",                                       // This conversation with our team is ended.
	NobodyFree:  "Personne de notre équipe n'est disponible pour le moment.",                                // Nobody of our team is available for the moment.
	Trouble:     "Je ne peux pas vous mettre en relation avec notre équipe pour le moment.",                 // I cannot connect you with our team for the moment.
	WillCall:    "Une personne de notre équipe vous recontactera.",                                          // A person of our team will contact you again.
	AskContact:  "Comment pouvons-nous vous joindre, par téléphone ou par e-mail ?",                         // How can we reach you, by phone or by e-mail?

	NewCall:         "Nouvel appel",                                                                                 // New call
	NewChat:         "Nouveau chat",                                                                                 // New chat
	TransferredCall: "Appel transféré",                                                                              // Transferred call
	TransferredChat: "Chat transféré",                                                                               // Transferred chat
	Drill:           "Exercice : {title}",                                                                           // Exercise: {title}
	Unsure:          "{department} · l'assistant n'est pas sûr",                                                     // {department} · the assistant is not sure
	AskedFor:        "{department} · demande une personne",                                                          // {department} · asks for a person
	RuleMet:         "{department} · vos règles demandent une personne",                                             // {department} · your rules ask for a person
	Direct:          "{department} · direct",                                                                        // {department} · direct
	Everyone:        "Tout le monde",                                                                                // Everyone
	WithdrawnTitle:  "Ne sonne plus",                                                                                // No longer ringing
	WithdrawnCall:   "L'appel n'a plus besoin de vous.",                                                             // The call does not need you any more.
	WithdrawnChat:   "Le chat n'a plus besoin de vous.",                                                             // The chat does not need you any more.
	ReturnedTitle:   "Transfert sans réponse",                                                                       // Transfer without an answer
	ReturnedCall:    "Personne n'a pris l'appel. Il reste chez vous.",                                               // Nobody took the call. It stays with you.
	ReturnedChat:    "Personne n'a pris le chat. Il reste chez vous.",                                               // Nobody took the chat. It stays with you.
	OpenTitle:       "Toujours ouvert",                                                                              // Still open
	OpenCall:        "Un appel est ouvert depuis très longtemps. Terminez-le s'il est fini.",                        // A call has been open for very long. End it if it is over.
	OpenChat:        "Un chat est ouvert depuis très longtemps. Terminez-le s'il est fini.",                         // A chat has been open for very long. End it if it is over.
	WaitsTitle:      "Un client attend",                                                                             // A customer waits
	WaitsCall:       "Un client a écrit pendant un appel et attend une réponse.",                                    // A customer has written during a call and waits for an answer.
	WaitsChat:       "Un client a écrit dans un chat et attend une réponse.",                                        // A customer has written in a chat and waits for an answer.
	OfflineTitle:    "Vous êtes hors ligne",                                                                         // You are offline
	OfflineBody:     "Vous n'avez pas répondu et vous êtes donc hors ligne. Remettez-vous en ligne à votre retour.", // You did not answer and so you are offline. Put yourself online again at your return.
	SoonTitle:       "Votre service commence bientôt",                                                               // Your shift begins soon
	SoonBody:        "Vous êtes hors ligne. Mettez-vous en ligne pour recevoir appels et chats.",                    // You are offline. Put yourself online to receive calls and chats.
	OverTitle:       "Votre service est terminé",                                                                    // Your shift is ended
	OverBody:        "Vous ne recevez plus d'appels ni de chats jusqu'au prochain. Merci !",                         // You receive no more calls or chats until the next one. Thank you!
	NobodyTitle:     "Il n'y a personne",                                                                            // Nobody is there
	NobodyBody:      "Personne de votre équipe ne peut répondre. Les clients seront rappelés jusque-là.",            // Nobody of your team can answer. Customers will be called back until then.
	CallbacksTitle:  "Des clients attendent un appel",                                                               // Customers wait for a call
	CallbacksOne:    "Un rappel est en attente.",                                                                    // One callback is waiting.
	CallbacksMany:   "{count} rappels sont en attente.",                                                             // {count} callbacks are waiting.
	DueTitle:        "Rappel en retard",                                                                             // Callback that is late
	DueBody:         "Un client attend toujours d'être rappelé.",                                                    // A customer still waits to be called back.
	DueIn:           "{department} · Un client attend toujours d'être rappelé.",                                     // {department} · A customer still waits to be called back.
	ChangedTitle:    "Votre rappel a changé",                                                                        // Your callback has changed
	ChangedBody:     "Ouvrez-le avant d'appeler.",                                                                   // Open it before you call.
	TakenTitle:      "Un téléphone de votre équipe a changé de mains",                                               // A phone of your team has changed hands
	TakenBody:       "Il sonne pour une autre entreprise. Si c'était le vôtre, et à tort, changez de mot de passe.", // It rings for another company. If it was yours, and wrongly, change your password.
	TestTitle:       "Test",                                                                                         // Test
	TestBody:        "Les notifications arrivent sur ce téléphone.",                                                 // Notifications arrive on this phone.
	OtherTitle:      "ConnectNow",                                                                                   // ConnectNow
	OtherBody:       "Ouvrez l'application pour en savoir plus.",                                                    // Open the app to know more.
}
