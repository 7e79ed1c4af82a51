// The official clients of the Model Context Protocol against a server: node clients.mjs URL KEY.
// Each line of the output is what one client found.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Before } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportBefore } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [url, key] = process.argv.slice(2);
const options = { requestInit: { headers: { Authorization: `Bearer ${key}` } } };
const info = { name: 'test', version: '1' };
const clients = {
  'client, newest era': () => [new Client(info, { versionNegotiation: { mode: 'auto' } }), new StreamableHTTPClientTransport(new URL(url), options)],
  'client, era of initialize': () => [new Client(info), new StreamableHTTPClientTransport(new URL(url), options)],
  'sdk': () => [new Before(info), new TransportBefore(new URL(url), options)],
};

for (const [name, make] of Object.entries(clients)) {
  const [client, transport] = make();
  await client.connect(transport);
  const call = (tool, args) => client.callTool({ name: tool, arguments: args });
  const { tools } = await client.listTools();
  const first = await call('escalate', { why: 'customer_request', summary: `of ${name}`, department: null, size: 'XL' });
  const second = await call('escalate', { why: 'customer_request', summary: `another of ${name}` });
  const { handle, escalationId, callback } = first.structuredContent;
  const status = await call('escalation_status', { handle });
  const contact = await call('save_contact', { handle, customerPhone: '+919800000000' });
  const foreign = await call('escalation_status', { escalationId: second.structuredContent.escalationId, callbackId: callback.id, interactionId: 'conv-1' });
  await client.close();
  console.log(JSON.stringify({
    name, tools: tools.length, outcome: first.structuredContent.outcome, two: escalationId !== second.structuredContent.escalationId,
    status: status.structuredContent.outcome, contact: contact.structuredContent.state, foreign: foreign.isError === true, words: first.content[0].text.split('\n')[0],
  }));
}
