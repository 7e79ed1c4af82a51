// Names as they are in the world: long, and in scripts of which each has its own needs.

export const devanagari = { firstName: 'वेंकटनरसिम्हाराजुवारिपेटा', lastName: 'श्रीनिवासलक्ष्मीनारायणन्' };
export const arabic = 'عبد الرحمن بن عبد العزيز آل الشيخ المستشار';
export const german = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk';

/** Gives the demo's departments long names. */
export async function renameDepartments(sandbox) {
  const { departments } = await sandbox.call('GET', '/sandbox');
  const names = [german, 'बच्चों के कपड़ों और खिलौनों का विभाग', 'قسم ملابس الأطفال والألعاب'];
  for (const [i, d] of departments.entries()) await sandbox.asOwner('PATCH', `/v1/departments/${d.id}`, { name: names[i] });
  return departments.map((d, i) => ({ ...d, name: names[i] }));
}

/** An enquiry of somebody with a long name, who writes much without a space. */
export const enquiry = (departmentId) => ({
  departmentId, customer: { name: arabic, phone: '+919800000077', email: 'abd.alrahman.bin.abdalaziz.al.alshaykh@correspondence.example.com' },
  connect: { url: 'https://a-rather-long-name-of-a-chat-platform.example.com/conversations/1' },
  conversation: {
    summary: `${german} ${german}${german} هل يمكنني التحدث إلى شخص؟`,
    messages: [
      { at: '2026-11-28T10:00:00Z', from: 'customer', text: 'मुझे अपने ऑर्डर के बारे में किसी व्यक्ति से बात करनी है।' },
      { at: '2026-11-28T10:00:05Z', from: 'assistant', text: `https://example.com/${'x'.repeat(120)}` },
      { at: '2026-11-28T10:00:20Z', from: 'customer', text: 'هل يمكنني التحدث إلى شخص؟' },
    ],
  },
});
