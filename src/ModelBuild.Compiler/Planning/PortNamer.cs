using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Gives inputs and outputs C# names that are unique in the class and clash with none of its members.</summary>
/// <param name="names">Names that the user chose, by the names in the model.</param>
internal sealed class PortNamer(IReadOnlyDictionary<string, string>? names)
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase)
    {
        "Shared", "Info", "Labels", "Predict", "PredictBatch", "Classify", "TopK", "CreateWorkspace", "Workspace", "Dispose", "Batch", "Scratch",
        "Destination", "Options", "Forward", "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize", "Start", "Item",
    };

    /// <summary>The port of an input or output.</summary>
    public PlanPort Port(string name, TensorType type, string fallback)
    {
        if (!type.IsStatic)
        {
            throw new ModelBuildException(Diagnostic.Of(Descriptors.UnsetDimension, $"Input or output '{name}' has the type {type}, but every size must be known. Set Dims for the model's symbolic dimensions."));
        }

        PlanElementType element = PlanElementTypes.OfPort(type.DType) ?? throw new ModelBuildException(Diagnostic.Of(
            Descriptors.UnsupportedType, $"Input or output '{name}' has the element type {type.DType}, which a predictor cannot take; put a Cast behind the input or before the output in the model."));
        string identifier = names is not null && names.TryGetValue(name, out string? chosen) ? chosen : PlanIdentifiers.Pascal(name, fallback);
        long[] dims = type.Shape!.ToArray();
        return new PlanPort(name, PlanIdentifiers.Unique(identifier, _taken), element, new PlanList<long>(dims), new PlanList<string>(dims.Select(_ => "")));
    }
}
