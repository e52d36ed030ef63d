// Visits every part of a tree, parents before children, in the order of the text.

#ifndef ORRERY_FRONTEND_LANG_WALK_H
#define ORRERY_FRONTEND_LANG_WALK_H

#include "frontend/lang/Tree.h"

namespace orrery::lang {

class Walker {
public:
  virtual ~Walker() = default;

  void walk(const File &file);
  void walk(const Stmt &stmt);
  void walk(const Expr &expr);
  void walk(const Args &args);

protected:
  virtual void visit(const Stmt &) {}
  virtual void visit(const Expr &) {}
  virtual void visit(const Args &) {}
  virtual void visit(const Type &) {}

private:
  void walk(const ExprPtr &e) {
    if (e)
      walk(*e);
  }
  void walk(const std::vector<ExprPtr> &list);
  void walk(const std::vector<StmtPtr> &body);
  void walk(const std::vector<Parameter> &params);
  void walk(const std::optional<Type> &type) {
    if (type)
      visit(*type);
  }
  void walk(const Reader &reader);
};

} // namespace orrery::lang

#endif // ORRERY_FRONTEND_LANG_WALK_H
