using System.Text;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>An input or output with its names in the generated class.</summary>
/// <param name="Source">The port of the plan.</param>
/// <param name="IsInput">True for an input.</param>
/// <param name="Index">Ordinal among inputs or outputs.</param>
/// <param name="Parameter">Parameter name, without <c>@</c>.</param>
/// <param name="Name">Parameter name as it stands in code.</param>
internal sealed record Port(PlanPort Source, bool IsInput, int Index, string Parameter, string Name)
{
    /// <summary>Name of the constant that holds the element count.</summary>
    public string LengthName => Source.Identifier + "Length";

    /// <summary>Name of the local that holds the values of a map; empty for an input that is none.</summary>
    public string Row { get; init; } = "";

    /// <summary>True for an input that is a map in the model.</summary>
    public bool IsMap => Source.Keys is not null;

    public string SpanType => IsInput ? ElementNames.Input(Source.Type) : ElementNames.Output(Source.Type);

    public string Declaration => SpanType + " " + Name;

    /// <summary>Type and shape for documentation, for example <c>float32[batch,1,28,28]</c>.</summary>
    public string Shape(bool hasFreeBatch)
    {
        var text = new StringBuilder(ElementNames.Doc(Source.Type)).Append('[');
        for (int i = 0; i < Source.Dims.Count; i++)
        {
            if (i > 0)
            {
                text.Append(',');
            }

            string symbol = Source.Symbols[i];
            bool isFree = (i == 0 && hasFreeBatch) || Source.Dims[i] < 0;
            text.Append(!isFree ? NumberLiterals.Of(Source.Dims[i]) : symbol.Length > 0 ? SafeText.Doc(symbol) : i == 0 ? "batch" : "*");
        }

        return text.Append(']').ToString();
    }
}
