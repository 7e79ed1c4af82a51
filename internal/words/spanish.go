package words

// spanish is Spanish, polite (usted), as it is understood in Spain and Latin America. Nobody
// who speaks it has read it.
var spanish = table{
	Ringing:     "Le paso con una persona de nuestro equipo, un momento, por favor.",                    // I am putting you through to a person of our team, one moment, please.
	ConnectedTo: "Ahora le atiende {agent}.",                                                            // {agent} is attending to you now.
	Connected:   "Ahora le atiende una persona de nuestro equipo.",                                      // A person of our team is attending to you now.
	HandedBack:  "Vuelvo a estar con usted. ¿En qué más puedo ayudarle?",                                // I am with you again. What else can I help you with?
	Ended:       "Esta conversación con nuestro equipo ha terminado.",                                   // This conversation with our team has ended.
	NobodyFree:  "En este momento no hay nadie disponible en nuestro equipo.",                           // At this moment nobody is available in our team.
	Trouble:     "En este momento no puedo pasarle con nuestro equipo.",                                 // At this moment I cannot put you through to our team.
	WillCall:    "Una persona de nuestro equipo se pondrá en contacto con usted.",                       // A person of our team will get in touch with you.
	AskContact:  "¿Cómo podemos ponernos en contacto con usted, por teléfono o por correo electrónico?", // How can we get in touch with you, by phone or by e-mail?

	NewCall:         "Nueva llamada",                                                                                     // New call
	NewChat:         "Nuevo chat",                                                                                        // New chat
	TransferredCall: "Llamada transferida",                                                                               // Transferred call
	TransferredChat: "Chat transferido",                                                                                  // Transferred chat
	Drill:           "Simulacro: {title}",                                                                                // Drill: {title}
	Unsure:          "{department} · el asistente no está seguro",                                                        // {department} · the assistant is not sure
	AskedFor:        "{department} · pide hablar con una persona",                                                        // {department} · asks to speak with a person
	RuleMet:         "{department} · sus reglas piden una persona",                                                       // {department} · your rules ask for a person
	Direct:          "{department} · directo",                                                                            // {department} · direct
	Everyone:        "Todos",                                                                                             // Everyone
	WithdrawnTitle:  "Ya no suena",                                                                                       // No longer ringing
	WithdrawnCall:   "La llamada ya no le necesita.",                                                                     // The call does not need you any more.
	WithdrawnChat:   "El chat ya no le necesita.",                                                                        // The chat does not need you any more.
	ReturnedTitle:   "Transferencia sin respuesta",                                                                       // Transfer without an answer
	ReturnedCall:    "Nadie ha tomado la llamada. Sigue con usted.",                                                      // Nobody has taken the call. It is still with you.
	ReturnedChat:    "Nadie ha tomado el chat. Sigue con usted.",                                                         // Nobody has taken the chat. It is still with you.
	OpenTitle:       "Sigue abierto",                                                                                     // Still open
	OpenCall:        "Una llamada lleva mucho tiempo abierta. Ciérrela si ya ha terminado.",                              // A call has been open for a long time. Close it if it has ended.
	OpenChat:        "Un chat lleva mucho tiempo abierto. Ciérrelo si ya ha terminado.",                                  // A chat has been open for a long time. Close it if it has ended.
	WaitsTitle:      "Un cliente espera",                                                                                 // A customer waits
	WaitsCall:       "Un cliente ha escrito en una llamada y espera respuesta.",                                          // A customer has written in a call and waits for an answer.
	WaitsChat:       "Un cliente ha escrito en un chat y espera respuesta.",                                              // A customer has written in a chat and waits for an answer.
	OfflineTitle:    "Está sin conexión",                                                                                 // You are offline
	OfflineBody:     "No respondió a lo que sonaba y por eso está sin conexión. Vuelva a conectarse cuando regrese.",     // You did not answer what rang and so you are offline. Connect again when you return.
	SoonTitle:       "Su turno empieza pronto",                                                                           // Your shift begins soon
	SoonBody:        "Está sin conexión. Conéctese para recibir llamadas y chats.",                                       // You are offline. Connect to receive calls and chats.
	OverTitle:       "Su turno ha terminado",                                                                             // Your shift has ended
	OverBody:        "No recibirá más llamadas ni chats hasta el próximo. ¡Gracias!",                                     // You will receive no more calls or chats until the next one. Thank you!
	NobodyTitle:     "No hay nadie",                                                                                      // Nobody is there
	NobodyBody:      "Nadie de su equipo puede atender. A los clientes se les llamará más tarde hasta que haya alguien.", // Nobody of your team can attend. Customers will be called later until there is somebody.
	CallbacksTitle:  "Hay clientes que esperan una llamada",                                                              // There are customers who wait for a call
	CallbacksOne:    "Queda una llamada por devolver.",                                                                   // One call is left to be returned.
	CallbacksMany:   "Quedan {count} llamadas por devolver.",                                                             // {count} calls are left to be returned.
	DueTitle:        "Llamada atrasada",                                                                                  // Call that is late
	DueBody:         "Un cliente sigue esperando que le llamen.",                                                         // A customer is still waiting to be called.
	DueIn:           "{department} · Un cliente sigue esperando que le llamen.",                                          // {department} · A customer is still waiting to be called.
	ChangedTitle:    "Su llamada pendiente ha cambiado",                                                                  // Your pending call has changed
	ChangedBody:     "Ábrala antes de llamar.",                                                                           // Open it before you call.
	TakenTitle:      "Un teléfono de su equipo ha cambiado de manos",                                                     // A phone of your team has changed hands
	TakenBody:       "Suena para otra empresa. Si era el suyo y no es correcto, cambie su contraseña.",                   // It rings for another company. If it was yours and it is not correct, change your password.
	TestTitle:       "Prueba",                                                                                            // Test
	TestBody:        "Los avisos llegan a este teléfono.",                                                                // Notices reach this phone.
	OtherTitle:      "ConnectNow",                                                                                        // ConnectNow
	OtherBody:       "Abra la aplicación para saber más.",                                                                // Open the app to know more.
}
