// Conversations as an assistant would hand them over. Their telephone numbers stay the same, so
// that a customer who asks twice joins the callback of the first time.

interface Line { from: 'customer' | 'assistant'; text: string }

export interface Sample {
  key: string;
  label: string; // what it is about, in English
  channel: 'call' | 'chat';
  department: string; // by name; empty for everyone
  language: string;
  reason: 'customer_request' | 'low_confidence' | 'condition' | 'direct';
  customer: { name: string; phone?: string; email?: string; locale: string; timeZone?: string };
  summary: string;
  intent: string;
  trigger: string;
  lines: Line[];
  attributes?: Record<string, string>;
  more: string[]; // what the customer adds later
}

const c = (text: string): Line => ({ from: 'customer', text });
const a = (text: string): Line => ({ from: 'assistant', text });

export const samples: Sample[] = [
  {
    key: 'return', label: 'Wrong size, wants to return', channel: 'chat', department: 'Kids', language: 'English', reason: 'customer_request',
    customer: { name: 'Meera Nair', phone: '+919800000001', email: 'meera@example.com', locale: 'en-IN', timeZone: 'Asia/Kolkata' },
    summary: 'Got a rain jacket in size 6 instead of 8 and needs the right one by Friday.', intent: 'return', trigger: 'Can I talk to a person?',
    lines: [c('Hi, I got the wrong size.'), a('I am sorry. Is it order 4711, the rain jacket?'), c('Yes. It is 6, I ordered 8. We travel on Friday.'), a('I can send a return label. The new one would take five days.'), c('That is too late. Can I talk to a person?')],
    attributes: { order: '4711', article: 'Rain jacket, yellow', size: '6 instead of 8' },
    more: ['Are you still there?', 'I could also come to the shop tomorrow.'],
  },
  {
    key: 'wedding', label: 'Outfit for a wedding on Saturday', channel: 'call', department: 'Ladies', language: 'English', reason: 'condition',
    customer: { name: 'Ananya Iyer', phone: '+919800000002', locale: 'en-IN', timeZone: 'Asia/Kolkata' },
    summary: 'Looks for a silk sari with a blouse for her sister’s wedding on Saturday, up to 25,000 rupees.', intent: 'advice', trigger: 'I would rather talk to somebody who has seen them.',
    lines: [a('Good morning, this is the assistant of Demo Store.'), c('I need a silk sari for a wedding on Saturday.'), a('We have eleven silk saris. What is your budget?'), c('Up to twenty-five thousand. The blouse has to be stitched by then.'), a('Stitching takes three days.'), c('I would rather talk to somebody who has seen them.')],
    attributes: { budget: '25,000 INR', occasion: 'Wedding', day: 'Saturday' },
    more: ['Red or maroon would be best.'],
  },
  {
    key: 'complaint', label: 'Complaint about a late delivery', channel: 'chat', department: 'Gents', language: 'Hindi', reason: 'customer_request',
    customer: { name: 'राजेश कुमार शर्मा', phone: '+919800000003', locale: 'hi-IN', timeZone: 'Asia/Kolkata' },
    summary: 'तीन हफ़्ते से कुर्ते का इंतज़ार है, पैसा कट चुका है और तीसरी बार शिकायत कर रहे हैं।', intent: 'complaint', trigger: 'किसी इंसान से बात कराइए।',
    lines: [c('मेरा ऑर्डर अब तक नहीं आया। तीन हफ़्ते हो गए।'), a('क्षमा कीजिए। क्या आप ऑर्डर नंबर बता सकते हैं?'), c('4820. यह मेरी तीसरी शिकायत है।'), a('ऑर्डर रास्ते में है।'), c('यही पिछली बार भी कहा था। किसी इंसान से बात कराइए।')],
    attributes: { order: '4820', complaint: '3' },
    more: ['मुझे पैसे वापस चाहिए।', 'जवाब दीजिए।'],
  },
  {
    key: 'address', label: 'Deliver to another address', channel: 'chat', department: 'Ladies', language: 'Arabic', reason: 'low_confidence',
    customer: { name: 'فاطمة الزهراء بنت عبد الرحمن', phone: '+971500000004', locale: 'ar-AE', timeZone: 'Asia/Dubai' },
    summary: 'تريد تغيير عنوان التوصيل للطلب 4833 إلى دبي قبل شحنه اليوم.', intent: 'delivery', trigger: 'لست متأكدًا من أنني أستطيع تغيير العنوان.',
    lines: [c('السلام عليكم، أريد تغيير عنوان التوصيل.'), a('وعليكم السلام. ما رقم الطلب؟'), c('4833. العنوان الجديد في دبي، شقة 12، مبنى Marina 7.'), a('لست متأكدًا من أنني أستطيع تغيير العنوان.')],
    attributes: { order: '4833' },
    more: ['هل من أحد هناك؟'],
  },
  {
    key: 'invoice', label: 'Invoice for the company', channel: 'call', department: 'Gents', language: 'German', reason: 'customer_request',
    customer: { name: 'Hans-Joachim Großmüller-Wittelsbach', phone: '+4915100000005', email: 'hj@example.com', locale: 'de-DE', timeZone: 'Europe/Berlin' },
    summary: 'Braucht für zwölf Anzüge eine Rechnung mit Umsatzsteuer-Identifikationsnummer.', intent: 'invoice', trigger: 'Verbinden Sie mich bitte mit der Buchhaltung.',
    lines: [a('Guten Tag, hier ist die Assistentin von Demo Store.'), c('Ich brauche eine Rechnung mit unserer Umsatzsteuer-Identifikationsnummer.'), a('Die Rechnung liegt in Ihrem Konto.'), c('Da fehlt sie ja. Verbinden Sie mich bitte mit der Buchhaltung.')],
    attributes: { order: '4841', pieces: '12' },
    more: ['Die Nummer ist DE000000000.'],
  },
  {
    key: 'gift', label: 'A question that the assistant cannot answer', channel: 'chat', department: '', language: 'English', reason: 'low_confidence',
    customer: { name: 'Tom Baker', email: 'tom@example.com', locale: 'en-GB', timeZone: 'Europe/London' },
    summary: 'Asks whether a gift card of his late mother’s can be used by him.', intent: 'gift card', trigger: 'I am not sure. Let me ask a colleague.',
    lines: [c('My mother left a gift card of yours. Can I use it?'), a('Gift cards are personal.'), c('She died in May.'), a('I am sorry. I am not sure. Let me ask a colleague.')],
    more: ['The card says 5,000 rupees.'],
  },
  {
    key: 'hidden', label: 'A caller who hides the number', channel: 'call', department: 'Kids', language: 'English', reason: 'direct',
    customer: { name: '', phone: 'anonymous', locale: 'en-IN' },
    summary: '', intent: '', trigger: '', lines: [],
    more: ['Hello?'],
  },
];

/** What "customer gives a number" gives. */
export const numberGiven = '+919800000009';
