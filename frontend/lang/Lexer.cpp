// Cuts a text into tokens; tells what to write instead of characters that the language does not
// have.

#include "frontend/lang/Lexer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace orrery::lang {

using Kind = Token::Kind;
using llvm::StringRef;

llvm::StringRef describe(Kind kind) {
  static const char *const words[] = {"a name",
                                      "a whole number",
                                      "a number",
                                      "a string",
                                      "'('",
                                      "')'",
                                      "'['",
                                      "']'",
                                      "'{'",
                                      "'}'",
                                      "','",
                                      "';'",
                                      "':'",
                                      "'.'",
                                      "'..'",
                                      "'='",
                                      "'->'",
                                      "'|>'",
                                      "'+'",
                                      "'-'",
                                      "'*'",
                                      "'/'",
                                      "'%'",
                                      "'^'",
                                      "'=='",
                                      "'!='",
                                      "'<'",
                                      "'<='",
                                      "'>'",
                                      "'>='",
                                      "this",
                                      "the end of the line",
                                      "the end of the file"};
  return words[unsigned(kind)];
}

namespace {
bool isNameStart(char c) { return llvm::isAlpha(c) || c == '_'; }
bool isNamePart(char c) { return llvm::isAlnum(c) || c == '_'; }

// What the user may have meant by a character that the language lacks.
StringRef insteadOf(StringRef character) {
  return llvm::StringSwitch<StringRef>(character)
      .Case("'", "strings stand in double quotes: \"text\"")
      .Cases({"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E"},
             "strings stand in straight quotes: \"text\"")
      .Case("!", "write 'not x', or '!=' for unequal")
      .Case("&", "write 'and'")
      .Case("|", "write 'or', or '|>' to hand a value on")
      .Case("\xE2\x86\x92", "write '->'")
      .Cases({"\xC3\x97", "\xC2\xB7", "\xE2\x8B\x85"}, "write '*'")
      .Cases({"\xE2\x88\x92", "\xE2\x80\x93", "\xE2\x80\x94"}, "write '-'")
      .Case("\xC3\xB7", "write '/'")
      .Case("\xC2\xB2", "write '^2'")
      .Case("\xC2\xB3", "write '^3'")
      .Case("\xE2\x89\xA4", "write '<='")
      .Case("\xE2\x89\xA5", "write '>='")
      .Case("\xE2\x89\xA0", "write '!='")
      .Case("\xE2\x80\xA6", "write '..' for a range")
      .Case("\\", "a line goes on after an operator or a comma; no '\\' is needed")
      .Case("@", "products of arrays are written dot(a, b, over: d)")
      .Default("");
}

class Lexer {
public:
  Lexer(const SourceManager &sources, FileId file, diag::Engine &diags)
      : text(sources.text(file)), file(file), diags(diags) {}

  Tokens run() {
    if (text.starts_with("\xEF\xBB\xBF")) // a byte order mark says nothing
      at = 3;
    newline = true;
    while (at < text.size())
      next();
    push(Kind::End, 0);
    return std::move(tokens);
  }

private:
  void next() {
    char c = text[at];
    if (c == '\n') {
      newline = true;
      ++at;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at;
    } else if (c == '#') {
      StringRef comment = text.substr(at).take_until([](char c) { return c == '\n'; });
      tokens.comments.push_back({here(unsigned(comment.rtrim().size()))});
      at += comment.size();
    } else if (isNameStart(c)) {
      push(Kind::Name, text.substr(at).take_while(isNamePart).size());
    } else if (llvm::isDigit(c)) {
      number();
    } else if (c == '"') {
      string();
    } else {
      symbol();
    }
  }

  Range here(size_t size) const { return {file, uint32_t(at), uint32_t(at + size)}; }

  void push(Kind kind, size_t size) {
    if (kind == Kind::RBrace || kind == Kind::RParen || kind == Kind::RBracket) {
      unsigned &open = kind == Kind::RBrace ? braces : brackets;
      tokens.list.push_back({kind, here(size), text.substr(at, size), newline, braces, brackets});
      open -= open > 0;
    } else {
      tokens.list.push_back({kind, here(size), text.substr(at, size), newline, braces, brackets});
      braces += kind == Kind::LBrace;
      brackets += kind == Kind::LParen || kind == Kind::LBracket;
    }
    at += size;
    newline = false;
  }

  // INT = digits; NUMBER = digits "." digits [exponent] | digits exponent. `1..4` is INT, '..',
  // INT.
  void number() {
    size_t end = at;
    auto digits = [&] {
      size_t begin = end;
      while (end < text.size() && llvm::isDigit(text[end]))
        ++end;
      return end > begin;
    };
    auto peek = [&](size_t ahead) { return end + ahead < text.size() ? text[end + ahead] : '\0'; };
    digits();
    bool isInt = true;
    if (peek(0) == '.' && llvm::isDigit(peek(1))) {
      ++end;
      digits();
      isInt = false;
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      bool isSigned = peek(1) == '+' || peek(1) == '-';
      if (llvm::isDigit(peek(isSigned ? 2 : 1))) {
        end += isSigned ? 2 : 1;
        digits();
        isInt = false;
      }
    }
    push(isInt ? Kind::Int : Kind::Number, end - at);
  }

  void string() {
    StringRef rest = text.substr(at + 1);
    size_t size = rest.find_first_of("\"\n");
    if (size != StringRef::npos && rest[size] == '"')
      return push(Kind::String, size + 2);
    StringRef line = rest.take_until([](char c) { return c == '\n'; }).rtrim();
    diags.error(diag::E0003, here(line.size() + 1));
    push(Kind::Bad, line.size() + 1);
  }

  void symbol() {
    static constexpr std::pair<StringRef, Kind> symbols[] = {
        {"->", Kind::Arrow},        {"|>", Kind::PipeInto}, {"..", Kind::DotDot},
        {"==", Kind::Equal},        {"!=", Kind::NotEqual}, {"<=", Kind::LessEqual},
        {">=", Kind::GreaterEqual}, {"(", Kind::LParen},    {")", Kind::RParen},
        {"[", Kind::LBracket},      {"]", Kind::RBracket},  {"{", Kind::LBrace},
        {"}", Kind::RBrace},        {",", Kind::Comma},     {";", Kind::Semicolon},
        {":", Kind::Colon},         {".", Kind::Dot},       {"=", Kind::Assign},
        {"+", Kind::Plus},          {"-", Kind::Minus},     {"*", Kind::Star},
        {"/", Kind::Slash},         {"%", Kind::Percent},   {"^", Kind::Caret},
        {"<", Kind::Less},          {">", Kind::Greater}};
    StringRef rest = text.substr(at);
    for (auto [spelling, kind] : symbols)
      if (rest.starts_with(spelling))
        return push(kind, spelling.size());
    badCharacter(rest);
  }

  void badCharacter(StringRef rest) {
    // A character of UTF-8 is its first byte and the continuation bytes after it.
    size_t size = 1;
    while (size < rest.size() && size < 4 && (uint8_t(rest[0]) & 0xC0) == 0xC0 &&
           (uint8_t(rest[size]) & 0xC0) == 0x80)
      ++size;
    StringRef character = rest.take_front(size);
    bool isPrintable = size > 1 || (uint8_t(rest[0]) > 32 && uint8_t(rest[0]) < 127);
    std::string shown = isPrintable ? "'" + character.str() + "'"
                                    : "byte 0x" + llvm::utohexstr(uint8_t(rest[0]), true, 2);
    diag::Diagnostic &message = diags.error(diag::E0002, here(size), shown);
    if (StringRef instead = insteadOf(character); !instead.empty())
      message.help(instead.str());
    push(Kind::Bad, size);
  }

  StringRef text;
  FileId file;
  diag::Engine &diags;
  Tokens tokens;
  size_t at = 0;
  bool newline = true;
  unsigned braces = 0, brackets = 0;
};
} // namespace

Tokens lex(const SourceManager &sources, FileId file, diag::Engine &diags) {
  return Lexer(sources, file, diags).run();
}

} // namespace orrery::lang
