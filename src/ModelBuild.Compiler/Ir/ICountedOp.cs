namespace ModelBuild.Compiler.Ir;

/// <summary>
/// An operator whose outputs may have sizes that depend on values. It lowers to steps that count them, by <see cref="ILoweringContext.Count"/>, before those that write the outputs; the steps after it are
/// expressions in these sizes. Its kernels must stay within their memory at any size, for plans are also tried at sizes that are not those of the values.
/// </summary>
public interface ICountedOp
{
    /// <summary>
    /// The sizes that a node counts, where the types of its inputs are static: by default, the first is that of the first axis of unknown size of every output, and so on. Null where it cannot count.
    /// </summary>
    IReadOnlyList<CountRange>? CountsOf(Node node);

    /// <summary>Which of the counted sizes an axis of unknown size has. It must not change when a pass gives the operand other axes and renames them in the node.</summary>
    /// <param name="ordinal">How many axes of unknown size the output has before this one: what is taken by default.</param>
    int CountOf(Node node, int output, int axis, int ordinal) => ordinal;

    /// <summary>A text that is equal for sizes that are equal in every call, so that one of them is counted: two results of the size that the same input names can be added then. Null where a size is like no other.</summary>
    string? CountKey(Node node, int size) => null;

    /// <summary>
    /// As <see cref="CountKey"/>, where the size need not be the one that the text stands for: it is taken where another node before counts that, and then the node lowers to a step that compares the
    /// two. Null where a size stands for itself.
    /// </summary>
    string? ExpectedKey(Node node, int size) => null;
}
