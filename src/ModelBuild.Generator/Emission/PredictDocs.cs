using System.Linq;

namespace ModelBuild.Generator.Emission;

/// <summary>Emits the documentation of the methods that run the model.</summary>
internal static class PredictDocs
{
    public const string WrongLength = "A span has the wrong length";
    public const string SharedMemory = "an output shares memory with an input or another output";

    /// <summary>Emits the parameters of sizes and inputs.</summary>
    public static void EmitInputDocs(CodeWriter writer, PredictorModel model)
    {
        EmitSizeDocs(writer, model);
        foreach (Port port in model.Inputs)
        {
            writer.Param(port.Parameter, $"<c>{SafeText.Doc(port.Source.Name)}</c>: {port.Shape(model.Plan.HasFreeBatch)}, row-major; <see cref=\"{port.LengthName}\"/> elements.");
        }
    }

    /// <summary>Emits the documentation of a method that takes dictionaries for maps.</summary>
    public static void EmitMapDocs(CodeWriter writer, PredictorModel model, string summary, bool withOutputs)
    {
        writer.Summary(summary);
        EmitSizeDocs(writer, model);
        foreach (Port port in model.Inputs)
        {
            string name = $"<c>{SafeText.Doc(port.Source.Name)}</c>";
            writer.Param(port.Parameter, port.IsMap ? $"{name}, a map." : $"{name}: {port.Shape(model.Plan.HasFreeBatch)}, row-major; <see cref=\"{port.LengthName}\"/> elements.");
        }

        if (withOutputs)
        {
            EmitOutputDocs(writer, model);
        }
        else
        {
            writer.Line("/// <returns>The result.</returns>");
        }

        EmitExceptions(writer, model, withOutputs ? $"{WrongLength}, or {SharedMemory}." : WrongLength + ".");
    }

    /// <summary>Emits the documentation of what every method throws.</summary>
    /// <param name="argument">When it throws an <see cref="ArgumentException"/>.</param>
    public static void EmitExceptions(CodeWriter writer, PredictorModel model, string argument)
    {
        writer.Exception("global::System.ArgumentException", argument);
        if (model.Sizes.Count > 0)
        {
            writer.Exception("global::System.ArgumentOutOfRangeException", "A size lies outside of its range.");
        }

        writer.Exception("global::System.ObjectDisposedException", "The predictor was disposed.");
    }

    /// <summary>Emits the parameters of sizes.</summary>
    public static void EmitSizeDocs(CodeWriter writer, PredictorModel model)
    {
        foreach (SizeParameter size in model.Sizes)
        {
            writer.Param(size.Parameter, $"Size of <c>{SafeText.Doc(size.Source.Name)}</c>: {size.Range}.");
        }
    }

    /// <summary>Emits the parameters of sizes, inputs and outputs.</summary>
    public static void EmitPortDocs(CodeWriter writer, PredictorModel model)
    {
        EmitInputDocs(writer, model);
        EmitOutputDocs(writer, model);
    }

    private static void EmitOutputDocs(CodeWriter writer, PredictorModel model)
    {
        foreach (Port port in model.Outputs)
        {
            string length = model.IsCounted(port) ? $"as many elements as there are, at most <see cref=\"{port.LengthName}\"/>" : $"<see cref=\"{port.LengthName}\"/> elements or more";
            writer.Param(port.Parameter, $"Receives <c>{SafeText.Doc(port.Source.Name)}</c>: {port.Shape(model.Plan.HasFreeBatch)}, row-major; {length}.");
        }

        foreach (CountParameter count in model.Counts)
        {
            writer.Param(count.Parameter, $"Receives the size of axis {NumberLiterals.Of(count.Axis)} of <c>{SafeText.Doc(count.Port.Source.Name)}</c>, which depends on the inputs.");
        }
    }
}
