namespace ModelBuild.Compiler.Diagnostics;

/// <summary>One error or warning about the user's model, data or settings.</summary>
/// <param name="Descriptor">Code, severity and title.</param>
/// <param name="Message">The whole text: what, where, what to do next. One line.</param>
/// <param name="Location">Where it is; <see cref="DiagnosticLocation.None"/> means the model file.</param>
public sealed record Diagnostic(DiagnosticDescriptor Descriptor, string Message, DiagnosticLocation Location)
{
    /// <summary>A diagnostic about a node, which the tasks show at the node's line of <c>graph.txt</c>.</summary>
    public static Diagnostic At(DiagnosticDescriptor descriptor, string nodeName, string message) =>
        new(descriptor, message, new DiagnosticLocation(null, nodeName));

    /// <summary>A diagnostic about the model as a whole.</summary>
    public static Diagnostic Of(DiagnosticDescriptor descriptor, string message) =>
        new(descriptor, message, DiagnosticLocation.None);

    /// <summary>A diagnostic about a file other than the model, for example calibration data.</summary>
    public static Diagnostic InFile(DiagnosticDescriptor descriptor, string file, string message) =>
        new(descriptor, message, new DiagnosticLocation(file, null));

    /// <summary>A diagnostic about the item in the project file.</summary>
    /// <param name="setting">Name of the metadata; empty for the item itself.</param>
    public static Diagnostic InSetting(DiagnosticDescriptor descriptor, string setting, string message) =>
        new(descriptor, message, new DiagnosticLocation(null, null, setting));

    /// <inheritdoc/>
    public override string ToString() => $"{Descriptor.Code}: {Message}";
}
