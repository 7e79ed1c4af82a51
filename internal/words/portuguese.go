package words

// portuguese is Portuguese as it is written in Brazil. Nobody who speaks it has read it.
var portuguese = table{
	Ringing:     "Estou transferindo você para uma pessoa da nossa equipe, um momento, por favor.", // I am transferring you to a person of our team, one moment, please.
	ConnectedTo: "Agora você está falando com {agent}.",                                            // You are now speaking with {agent}.
	Connected:   "Agora você está falando com uma pessoa da nossa equipe.",                         // You are now speaking with a person of our team.
	HandedBack:  "Estou de volta com você. Em que mais posso ajudar?",                              // I am back with you. What else can I help with?
	Ended:       "Esta conversa com a nossa equipe terminou.",                                      // This conversation with our team has ended.
	NobodyFree:  "No momento, ninguém da nossa equipe está disponível.",                            // At the moment nobody of our team is available.
	Trouble:     "No momento, não consigo transferir você para a nossa equipe.",                    // At the moment I cannot transfer you to our team.
	WillCall:    "Uma pessoa da nossa equipe entrará em contato com você.",                         // A person of our team will get in touch with you.
	AskContact:  "Como podemos entrar em contato com você, por telefone ou por e-mail?",            // How can we get in touch with you, by phone or by e-mail?

	NewCall:         "Nova chamada",                                                                               // New call
	NewChat:         "Novo chat",                                                                                  // New chat
	TransferredCall: "Chamada transferida",                                                                        // Transferred call
	TransferredChat: "Chat transferido",                                                                           // Transferred chat
	Drill:           "Simulação: {title}",                                                                         // Simulation: {title}
	Unsure:          "{department} · o assistente não tem certeza",                                                // {department} · the assistant is not sure
	AskedFor:        "{department} · pediu para falar com uma pessoa",                                             // {department} · asked to speak with a person
	RuleMet:         "{department} · suas regras pedem uma pessoa",                                                // {department} · your rules ask for a person
	Direct:          "{department} · direto",                                                                      // {department} · direct
	Everyone:        "Todos",                                                                                      // Everyone
	WithdrawnTitle:  "Não está mais tocando",                                                                      // No longer ringing
	WithdrawnCall:   "A chamada não precisa mais de você.",                                                        // The call does not need you any more.
	WithdrawnChat:   "O chat não precisa mais de você.",                                                           // The chat does not need you any more.
	ReturnedTitle:   "Transferência não atendida",                                                                 // Transfer not answered
	ReturnedCall:    "Ninguém atendeu a chamada. Ela continua com você.",                                          // Nobody answered the call. It stays with you.
	ReturnedChat:    "Ninguém atendeu o chat. Ele continua com você.",                                             // Nobody answered the chat. It stays with you.
	OpenTitle:       "Ainda em aberto",                                                                            // Still open
	OpenCall:        "Uma chamada está aberta há muito tempo. Encerre-a se já terminou.",                          // A call has been open for a long time. Close it if it has ended.
	OpenChat:        "Um chat está aberto há muito tempo. Encerre-o se já terminou.",                              // A chat has been open for a long time. Close it if it has ended.
	WaitsTitle:      "Um cliente espera",                                                                          // A customer waits
	WaitsCall:       "Um cliente escreveu em uma chamada e espera uma resposta.",                                  // A customer has written in a call and waits for an answer.
	WaitsChat:       "Um cliente escreveu em um chat e espera uma resposta.",                                      // A customer has written in a chat and waits for an answer.
	OfflineTitle:    "Você está offline",                                                                          // You are offline
	OfflineBody:     "Você não respondeu ao que tocou e por isso ficou offline. Fique online quando voltar.",      // You did not answer what rang and so went offline. Go online when you are back.
	SoonTitle:       "Seu turno começa em breve",                                                                  // Your shift begins soon
	SoonBody:        "Você está offline. Fique online para receber chamadas e chats.",                             // You are offline. Go online to receive calls and chats.
	OverTitle:       "Seu turno terminou",                                                                         // Your shift has ended
	OverBody:        "Você não recebe mais chamadas nem chats até o próximo. Obrigado!",                           // You receive no more calls or chats until the next one. Thank you!
	NobodyTitle:     "Não há ninguém",                                                                             // Nobody is there
	NobodyBody:      "Ninguém da sua equipe pode atender. Os clientes receberão um retorno até que alguém possa.", // Nobody of your team can attend. Customers will be called back until somebody can.
	CallbacksTitle:  "Clientes esperam uma ligação",                                                               // Customers wait for a phone call
	CallbacksOne:    "Há um retorno em aberto.",                                                                   // There is one callback open.
	CallbacksMany:   "Há {count} retornos em aberto.",                                                             // There are {count} callbacks open.
	DueTitle:        "Retorno atrasado",                                                                           // Callback that is late
	DueBody:         "Um cliente ainda espera uma ligação.",                                                       // A customer still waits for a phone call.
	DueIn:           "{department} · Um cliente ainda espera uma ligação.",                                        // {department} · A customer still waits for a phone call.
	ChangedTitle:    "Seu retorno mudou",                                                                          // Your callback has changed
	ChangedBody:     "Abra-o antes de ligar.",                                                                     // Open it before you call.
	TakenTitle:      "Um telefone da sua equipe mudou de mãos",                                                    // A phone of your team changed hands
	TakenBody:       "Toca para outra empresa. Se era o seu e isso está errado, mude a sua senha.",                // It rings for another company. If it was yours and that is wrong, change your password.
	TestTitle:       "Teste",                                                                                      // Test
	TestBody:        "As notificações chegam a este telefone.",                                                    // Notifications reach this phone.
	OtherTitle:      "ConnectNow",                                                                                 // ConnectNow
	OtherBody:       "Abra o aplicativo para saber mais.",                                                         // Open the app to know more.
}
