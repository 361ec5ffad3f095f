using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>What the attributes of a recurrent operator say.</summary>
/// <param name="Directions">1, or 2 for a bidirectional network.</param>
/// <param name="StartsReverse">True when the only direction runs from the last step to the first.</param>
/// <param name="BatchFirst">True when the batch is the leading dimension (layout 1).</param>
/// <param name="Clip">Bound of the gates' arguments; 0 for none.</param>
/// <param name="Functions">Activation functions: those of the first direction, then those of the second.</param>
internal sealed record RecurrentAttributes(int Directions, bool StartsReverse, bool BatchFirst, float Clip, IReadOnlyList<RecurrentFunction> Functions)
{
    /// <summary>Reads and checks them.</summary>
    /// <param name="defaults">The functions of one direction where the model names none.</param>
    /// <exception cref="Diagnostics.ModelBuildException">An attribute has a value that the operator does not know.</exception>
    public static RecurrentAttributes Read(Node node, IReadOnlyList<RecurrentActivation> defaults)
    {
        string direction = node.Attributes.GetString("direction", "forward");
        if (direction is not ("forward" or "reverse" or "bidirectional"))
        {
            throw NodeErrors.Attribute(node, "direction", direction, "It is forward, reverse or bidirectional.");
        }

        long layout = node.Attributes.GetInt("layout", 0);
        if (layout is not (0 or 1))
        {
            throw NodeErrors.Attribute(node, "layout", $"{layout}", "It is 0 or 1.");
        }

        float clip = node.Attributes.GetFloat("clip", 0);
        if (!(clip >= 0))
        {
            throw NodeErrors.Attribute(node, "clip", $"{clip}", "A bound is not negative.");
        }

        int directions = direction == "bidirectional" ? 2 : 1;
        return new RecurrentAttributes(directions, direction == "reverse", layout == 1, clip, ReadFunctions(node, directions, defaults));
    }

    /// <summary>Whether a direction runs from the last step to the first.</summary>
    public bool IsReverse(int direction) => StartsReverse || direction == 1;

    /// <summary>A function of a direction.</summary>
    public RecurrentFunction Function(int direction, int index) => Functions[(direction * Functions.Count / Directions) + index];

    private static RecurrentFunction[] ReadFunctions(Node node, int directions, IReadOnlyList<RecurrentActivation> defaults)
    {
        string[] names = node.Attributes.TryGet("activations", out StringsAttribute? given) ? given.Values : [];
        int wanted = directions * defaults.Count;
        if (names.Length == 0)
        {
            return [.. Enumerable.Range(0, wanted).Select(i => RecurrentFunction.Of(defaults[i % defaults.Count]))];
        }

        if (names.Length != wanted)
        {
            throw NodeErrors.Invalid(node, $"names {names.Length} activations; {wanted} are needed.");
        }

        // Each value belongs to the next function that has such a parameter.
        Queue<float> alphas = new(node.Attributes.TryGet("activation_alpha", out FloatsAttribute? alpha) ? alpha.Values : []);
        Queue<float> betas = new(node.Attributes.TryGet("activation_beta", out FloatsAttribute? beta) ? beta.Values : []);
        RecurrentFunction[] functions = new RecurrentFunction[wanted];
        for (int i = 0; i < wanted; i++)
        {
            if (!Enum.TryParse(names[i], ignoreCase: true, out RecurrentActivation kind) || !char.IsAsciiLetter(names[i][0]))
            {
                throw NodeErrors.Attribute(node, "activations", names[i], $"Known functions: {string.Join(", ", Enum.GetNames<RecurrentActivation>())}.");
            }

            functions[i] = RecurrentFunction.Of(kind);
            if (RecurrentFunction.TakesAlpha(kind) && alphas.TryDequeue(out float a))
            {
                functions[i] = functions[i] with { Alpha = a };
            }

            if (RecurrentFunction.TakesBeta(kind) && betas.TryDequeue(out float b))
            {
                functions[i] = functions[i] with { Beta = b };
            }
        }

        return functions;
    }
}
