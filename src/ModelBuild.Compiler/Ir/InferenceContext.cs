namespace ModelBuild.Compiler.Ir;

/// <summary>What an operator sees while it infers types.</summary>
/// <param name="node">The node.</param>
public sealed class InferenceContext(Node node)
{
    /// <summary>The node.</summary>
    public Node Node { get; } = node;

    /// <summary>Its attributes.</summary>
    public AttributeMap Attributes => Node.Attributes;

    /// <summary>True when the optional input is given.</summary>
    public bool HasInput(int index) => Node.InputOrNull(index) is not null;

    /// <summary>Type of an input.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The input is missing (MDB2003).</exception>
    public TensorType Input(int index) => (Node.InputOrNull(index) ?? throw NodeErrors.Invalid(Node, $"input {index} is missing.")).Type;

    /// <summary>Shape of an input, or null when its rank is not known.</summary>
    public Shape? Shape(int index) => Input(index).Shape;

    /// <summary>The constant behind an input, or null.</summary>
    public Tensor? Constant(int index) => Node.InputOrNull(index)?.Constant;

    /// <summary>Sets an output's type; an omitted output is passed over. Known facts are never replaced by unknown ones.</summary>
    public void SetOutput(int index, TensorType type)
    {
        if (index < Node.Outputs.Count && Node.Outputs[index] is { } output)
        {
            output.Type = type;
        }
    }

    /// <summary>Sets an output's element type and shape.</summary>
    public void SetOutput(int index, DType dtype, Shape? shape) => SetOutput(index, new TensorType(dtype, shape));

    /// <summary>Checks the number of inputs.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">Too few or too many (MDB2003).</exception>
    public void CheckArity(int minimum, int maximum)
    {
        if (Node.Inputs.Count < minimum || Node.Inputs.Count > maximum)
        {
            throw NodeErrors.Invalid(Node, minimum == maximum
                ? $"has {Node.Inputs.Count} inputs; {minimum} are needed."
                : $"has {Node.Inputs.Count} inputs; {minimum} to {maximum} are allowed.");
        }

        for (int i = 0; i < minimum; i++)
        {
            if (Node.Inputs[i] is null)
            {
                throw NodeErrors.Invalid(Node, $"input {i} is missing.");
            }
        }
    }
}
