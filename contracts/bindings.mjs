// Writes contracts/bindings/bindings.go: compiles src/ with the settings of foundry.toml by solc-js and hands ABI and
// bytecode of every contract that is deployed to abigen. The same sources give the same bytes. Run it as
// `make -C contracts bindings`; ABIGEN names another abigen than that of go.mod.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const solc = createRequire(import.meta.url)('solc');
const toml = readFileSync(join(here, 'foundry.toml'), 'utf8');
const setting = (name) => toml.match(new RegExp(`^${name} = "?([^"\n]+)"?$`, 'm'))[1];

// Interfaces have no bytecode, libraries no function that can be called from outside.
const isDeployed = (c) => c.evm.bytecode.object !== '' && c.abi.some((item) => item.type === 'function');

const sources = {};
const walk = (dir) => {
  for (const entry of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) walk(path);
    else if (entry.name.endsWith('.sol')) sources[relative(here, path)] = { content: readFileSync(path, 'utf8') };
  }
};
walk(join(here, 'src'));

const output = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: 'Solidity',
      sources,
      settings: {
        evmVersion: setting('evm_version'),
        optimizer: { enabled: setting('optimizer') === 'true', runs: Number(setting('optimizer_runs')) },
        viaIR: setting('via_ir') === 'true',
        metadata: { bytecodeHash: 'none', appendCBOR: false },
        remappings: ['@openzeppelin/=node_modules/@openzeppelin/'],
        outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
      },
    }),
    { import: (path) => ({ contents: readFileSync(join(here, path), 'utf8') }) },
  ),
);
const errors = (output.errors ?? []).filter((e) => e.severity === 'error');
if (errors.length) {
  console.error(errors.map((e) => e.formattedMessage).join('\n'));
  process.exit(1);
}

const contracts = {};
const answers = new Set();
for (const [file, found] of Object.entries(output.contracts)) {
  if (!file.startsWith('src/')) continue;
  for (const [name, c] of Object.entries(found)) {
    const code = c.evm.bytecode.object;
    if (!isDeployed(c)) continue;
    const size = c.evm.deployedBytecode.object.length / 2;
    if (size > 24576) {
      console.error(`${name}: ${size} bytes of code, 24576 are allowed`);
      process.exit(1);
    }
    // abigen gives each answer of several values a Go type by the function's name alone, so of functions that several
    // contracts share only the first is bound. EIP-5267 is of no use in Go.
    const abi = c.abi.filter((entry) => {
      if (entry.name === 'eip712Domain') return false;
      if (entry.type !== 'function' || entry.outputs.length < 2) return true;
      if (answers.has(entry.name)) return false;
      answers.add(entry.name);
      return true;
    });
    contracts[name] = { abi, bin: code, 'bin-runtime': '', devdoc: '{}', userdoc: '{}', metadata: '', hashes: {} };
  }
}

const tmp = mkdtempSync(join(tmpdir(), 'bindings-'));
try {
  const combined = join(tmp, 'combined.json');
  const ordered = Object.fromEntries(Object.keys(contracts).sort().map((n) => [`${n}.sol:${n}`, contracts[n]]));
  writeFileSync(combined, JSON.stringify({ contracts: ordered, version: solc.version() }));
  mkdirSync(join(here, 'bindings'), { recursive: true });
  const abigen = (process.env.ABIGEN ?? 'go tool abigen').split(' ');
  execFileSync(
    abigen[0],
    [...abigen.slice(1), '--v2', '--combined-json', combined, '--pkg', 'bindings', '--out', join(here, 'bindings', 'bindings.go')],
    { stdio: 'inherit', cwd: join(here, '..') },
  );
} finally {
  rmSync(tmp, { recursive: true });
}
