// Passes that turn gradient requests into level-1 operations.

#ifndef ORRERY_PASSES_GRAD_TD
#define ORRERY_PASSES_GRAD_TD

include "mlir/Pass/PassBase.td"

def MergeGradients : Pass<"merge-gradients", "::mlir::ModuleOp"> {
  let summary = "Makes one request of gradient requests for the same value";
  let description = [{
    Before: `train.gradient` requests in one function whose callees compute the same value from the same values, for example forces and the slope by the cell of one energy. After: one request for all their gradients, where the first one
    stood, so that there is one forward and one backward pass. Callees are compared as if they stood in their caller: what one of them takes as an argument the other may compute, and where a gradient with respect to it is asked for the
    function gets it as an argument. Requests are left apart where something that depends on what one asks for is a constant of the other (forces, and the slope by a distance), and where a value is handed over twice. **Exact.**

    (* example: test/passes/grad/merge-gradients.mlir *)
  }];
}

def ExpandGradients : Pass<"expand-gradients", "::mlir::ModuleOp"> {
  let summary = "Replaces gradient requests by calls of forward and backward functions";
  let description = [{
    Before: `train.gradient @f(...)`. After: a call of `@f.forward`, which returns f's results and what the derivative needs of its inside, and a call of `@f.backward`, which turns gradients of the
    results into gradients of the operands. The same is done for every function that f calls, once for each set of operands and results with a gradient, however often it is called. What this pass
    builds is level 1 again; a request inside a function that is itself differentiated is expanded first.

    What is kept between forward and backward is the cheapest cut, in bytes, of the graph of both, as in Chen et al. 2016 and PyTorch's min_cut_rematerialization_partition: contractions, attention,
    calls and large reductions are never done twice, cheap operations are. Arguments are handed to the backward function again by the caller instead of being kept twice. What the forward function has
    to store anyway, because a contraction, attention or a call reads it, is kept as it is. With `least-memory` it is made again where it can be, and of a function that is called several times (the step of a repetition, a tile) nothing
    is kept but its arguments: its backward function (`@f.again`) runs it forward once more. **Exact.**

    The gradient of a maximum goes to what equals it, and what is compared is made again, in another kernel. So a module that holds such a comparison gets `orrery.rounds_as_written`: code is made for it in which `a * b + c` is rounded
    twice, in every kernel.

    (* example: test/passes/grad/expand-gradients.mlir *)
  }];
  let options = [Option<"leastMemory", "least-memory", "bool", "false", "make again what can be made again, even if it was stored">];
  let dependentDialects = ["::orrery::field::FieldDialect", "::orrery::attend::AttendDialect", "::orrery::graph::GraphDialect", "::mlir::func::FuncDialect"];
}

def DropUnusedResults : Pass<"drop-unused-results", "::mlir::ModuleOp"> {
  let summary = "Removes results and arguments of private functions that nobody uses";
  let description = [{
    Before: private functions with results that no call uses, arguments that no operation uses, operations without effect that nobody uses, and private functions that nobody calls (derivatives leave
    them: a loss whose value is not asked for, a forward function whose results only served the value). After: none of these. Works from callers to callees and back until nothing changes. **Exact.**

    (* example: test/passes/grad/drop-unused-results.mlir *)
  }];
}

#endif // ORRERY_PASSES_GRAD_TD
