// SPDX-License-Identifier: MIT
// Reads a JSON list of Kubernetes objects and writes a JSON list of what the schemas of the
// npm package kubernetes-models say of each: null, or what is wrong.
import { readFileSync } from 'node:fs';

const said = [];

for (const object of JSON.parse(readFileSync(0, 'utf8'))) {
	const models = await import(`kubernetes-models/${object.apiVersion}`);

	try {
		new models[object.kind](object).validate();
		said.push(null);
	} catch (error) {
		said.push(error.message);
	}
}
process.stdout.write(JSON.stringify(said));
