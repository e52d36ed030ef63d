// lang-fuzz FILE... [--cases=N] [--seed=S]: mutates model files at random; reading them must never
// fail but with messages, and what reads must survive the formatter.

#include "RoundTrip.h"

#include "llvm/Support/CommandLine.h"

#include <random>

namespace cl = llvm::cl;
using namespace orrery;
static cl::list<std::string> inputs(cl::Positional, cl::desc("FILE..."), cl::OneOrMore);
static cl::opt<unsigned> cases("cases", cl::init(1000));
static cl::opt<unsigned> seed("seed", cl::init(1));

namespace {
std::string mutate(std::string text, const std::vector<std::string> &all, std::mt19937 &random) {
  static const char *const pieces[] = {"(",
                                       ")",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       "->",
                                       "|>",
                                       "\n",
                                       ";",
                                       ",",
                                       ":",
                                       "=",
                                       "..",
                                       ".",
                                       "^",
                                       "*",
                                       "-",
                                       "not ",
                                       " and ",
                                       " like x",
                                       " tiled(a: 1)",
                                       " then ",
                                       "1e999",
                                       "99999999999999999999",
                                       "\"",
                                       "#",
                                       "\xC3\x97",
                                       "\xFF",
                                       "\x01",
                                       " in ",
                                       " as ",
                                       "repeat 3 {",
                                       "else {",
                                       "model M(",
                                       "dim ",
                                       "2 epochs"};
  auto below = [&](size_t n) { return n ? random() % n : 0; };
  for (size_t n = 1 + below(4); n--;) {
    size_t at = below(text.size()), size = below(below(8) ? 12 : 200);
    switch (below(5)) {
    case 0:
      text.erase(at, size);
      break;
    case 1:
      text.insert(at, pieces[below(std::size(pieces))]);
      break;
    case 2:
      text.replace(at, below(4), pieces[below(std::size(pieces))]);
      break;
    case 3: { // a piece of another file
      const std::string &other = all[below(all.size())];
      text.insert(at, other.substr(below(other.size()), size));
      break;
    }
    case 4: { // deep nesting, long chains
      std::string piece = pieces[below(std::size(pieces))], many;
      for (size_t i = below(below(20) ? 3 : 3000); i--;)
        many += piece;
      text.insert(at, many);
    }
    }
  }
  return text;
}
} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv);
  std::vector<std::string> all;
  for (const std::string &path : inputs) {
    lang::SourceManager sources;
    std::string why;
    std::optional<lang::FileId> file = sources.open(path, why);
    if (!file) {
      llvm::errs() << path << ": " << why << "\n";
      return 2;
    }
    all.push_back(sources.text(*file).str());
  }
  std::mt19937 random(seed);
  unsigned readable = 0;
  for (unsigned i = 0; i < cases; ++i) {
    std::string text = mutate(all[random() % all.size()], all, random);
    std::optional<std::string> tree = test::treeOf(text);
    if (!tree)
      continue;
    ++readable;
    if (std::string wrong = test::wrongLayout(text, *tree); !wrong.empty()) {
      llvm::errs() << wrong << ":\n" << text << "\n";
      return 1;
    }
  }
  llvm::outs() << cases.getValue() << " cases, " << readable << " of them readable\n";
}
