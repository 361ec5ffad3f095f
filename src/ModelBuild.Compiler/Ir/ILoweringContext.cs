namespace ModelBuild.Compiler.Ir;

/// <summary>What an operator sees while it is lowered to plan steps. Implemented by the planner, which the operator never sees.</summary>
public interface ILoweringContext
{
    /// <summary>The node being lowered.</summary>
    Node Node { get; }

    /// <summary>True where convolutions may be computed by minimal filtering, whose results differ by a few roundings more.</summary>
    bool AllowsWinograd { get; }

    /// <summary>Memory of an input that must be there; a constant is put into the weights as it is.</summary>
    Operand Input(int index);

    /// <summary>Memory of an input, or null when it is omitted.</summary>
    Operand? InputOrNull(int index);

    /// <summary>Memory of an output.</summary>
    Operand Output(int index = 0);

    /// <summary>The constant behind an input, or null.</summary>
    Tensor? Constant(int index);

    /// <summary>Static sizes of an input.</summary>
    long[] InputDims(int index);

    /// <summary>Static sizes of an output.</summary>
    long[] OutputDims(int index = 0);

    /// <summary>True when the steps are to serve sizes other than these: tables that depend on a size must then be made by a step, and what is chosen because of a size becomes a choice of the plan.</summary>
    bool SizesVary { get; }

    /// <summary>Puts packed constants into the weights; equal contents are stored once.</summary>
    Operand Weights(Tensor tensor);

    /// <summary>Arena memory that lives during this node's steps only. Null when <paramref name="count"/> is 0 at any size.</summary>
    Operand? Scratch(DType type, long count);

    /// <summary>Makes an output share its input's memory: Reshape and its family. No step is emitted.</summary>
    void Alias(int output, int input);

    /// <summary>Allows an output to be written over an input of the same size that nobody reads afterwards.</summary>
    void AllowInPlace(int output, int input);

    /// <summary>Appends a kernel call, for example <c>Call("Gemm.F32", macs, ("x", x), ("m", 1))</c>. Names are the kernel's parameter names; all must be given.</summary>
    /// <param name="kernel">Class and method below <c>ModelBuild.Kernels</c>.</param>
    /// <param name="macs">Multiply-accumulates of the call; 0 where the notion does not apply.</param>
    void Call(string kernel, long macs, params ReadOnlySpan<(string Name, StepValue Value)> arguments);

    /// <summary>True when the node counts sizes of its outputs at run time; false where they are known.</summary>
    bool IsCounted { get; }

    /// <summary>Appends a kernel call that counts a size; none where <see cref="IsCounted"/> is false, or where another node has counted the same size.</summary>
    /// <param name="size">Which of the sizes that the node counts, in their order.</param>
    /// <param name="kernel">A kernel that returns a 64-bit integer.</param>
    /// <returns>False where another node has counted the same size.</returns>
    bool Count(int size, string kernel, params ReadOnlySpan<(string Name, StepValue Value)> arguments);

    /// <summary>Memory of a value of a subgraph of the node.</summary>
    Operand OperandOf(Value value);

    /// <summary>Makes an input of a subgraph lie in given memory.</summary>
    void Bind(Value input, Operand memory);

    /// <summary>True when writing one of the operands changes the other.</summary>
    bool ShareMemory(Operand a, Operand b);

    /// <summary>Appends the steps of a subgraph's nodes.</summary>
    void LowerSubgraph(Graph subgraph);

    /// <summary>Repeats the steps up to <see cref="EndBlock"/>. At least one of the three that end it must be given.</summary>
    /// <param name="count">Number of iterations where it is known.</param>
    /// <param name="computedCount">One 64-bit integer that holds it; not read where <paramref name="count"/> is given.</param>
    /// <param name="condition">One truth value, read before every iteration.</param>
    /// <param name="iteration">One 64-bit integer that receives the number of the iteration, from 0.</param>
    void BeginLoop(long? count, Operand? computedCount, Operand? condition, Operand iteration);

    /// <summary>The steps up to <see cref="BeginElse"/> run when the truth value is true, those from there to <see cref="EndBlock"/> when it is false.</summary>
    void BeginIf(Operand condition);

    /// <summary>Ends the steps of a true condition.</summary>
    void BeginElse();

    /// <summary>Ends the innermost loop or choice.</summary>
    void EndBlock();
}
