namespace ModelBuild.Compiler.Tests.Conformance;

/// <summary>What became of one backend test.</summary>
/// <param name="Name">The test.</param>
/// <param name="Reference">State of the reference evaluation: <see cref="Pass"/>, <see cref="Constants"/>, <see cref="Differs"/>, <see cref="None"/> or the code of the refusal.</param>
/// <param name="Plan">State of the compiled plan: <see cref="Pass"/>, <see cref="Constants"/>, <see cref="Differs"/> or the code of the refusal.</param>
/// <param name="Reason">Why it is refused; empty where nothing is.</param>
/// <param name="Fault">A wrong value or an exception that is no diagnostic; null where there is none. Never allowed.</param>
internal sealed record BackendResult(string Name, string Reference, string Plan, string Reason, string? Fault = null)
{
    /// <summary>The stored outputs came out.</summary>
    public const string Pass = "pass";

    /// <summary>The stored outputs came out once every input but the first was a constant of the model, as exporters store axes, shapes and pads; where there are sequences, every tensor beside them.</summary>
    public const string Constants = "constants";

    /// <summary>The stored outputs contradict the specification, see <see cref="BackendDeviations"/>.</summary>
    public const string Differs = "differs";

    /// <summary>Not evaluated: the reference would take minutes.</summary>
    public const string None = "none";

    /// <summary>Separates the columns of the manifest.</summary>
    public const char Separator = '\t';

    /// <summary>The plan that gave the stored outputs of the first data set; null where there is none.</summary>
    public BackendPlan? Compiled { get; init; }

    /// <summary>The columns that are checked.</summary>
    public string State => $"{Reference}{Separator}{Plan}";

    /// <summary>One line of the manifest.</summary>
    public string Line => $"{Name}{Separator}{State}{Separator}{Reason}".TrimEnd(Separator);
}
