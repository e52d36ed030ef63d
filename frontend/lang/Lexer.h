// Text -> tokens. Words are all names here: keywords are soft, the parser knows where they count.

#ifndef ORRERY_FRONTEND_LANG_LEXER_H
#define ORRERY_FRONTEND_LANG_LEXER_H

#include "frontend/diag/Diagnostics.h"
#include "frontend/lang/Source.h"

#include <vector>

namespace orrery::lang {

struct Token {
  enum class Kind {
    Name,
    Int,
    Number,
    String, // with its quotes
    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Comma,
    Semicolon,
    Colon,
    Dot,
    DotDot,
    Assign,
    Arrow,    // ->
    PipeInto, // |>
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Caret,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Bad,     // a message was given already
    Newline, // never in a token list: what the parser sees before a token that begins a line
    End,
  };

  Kind kind = Kind::End;
  Range range;
  llvm::StringRef text;
  bool afterNewline = false; // the first of its line
  unsigned braces = 0;       // how many `{` are open before it
  unsigned brackets = 0;     // how many `(` and `[` are open before it
};

struct Comment {
  Range range; // from `#` to the last character that is no blank
};

struct Tokens {
  std::vector<Token> list; // ends with one of kind End
  std::vector<Comment> comments;
};

// Wrong characters and unclosed strings are reported to `diags`.
Tokens lex(const SourceManager &sources, FileId file, diag::Engine &diags);

// "'->'", "a name".
llvm::StringRef describe(Token::Kind kind);

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_LEXER_H
