namespace ModelBuild.Compiler.Tests.Corpus;

/// <summary>What became of one real model.</summary>
/// <param name="Model">Path relative to the data's folder.</param>
/// <param name="State"><c>pass</c>, the code that it is refused with, <c>referee</c> where ONNX Runtime cannot run it, or <c>fault</c>.</param>
/// <param name="Reason">The first line of the refusal or difference.</param>
internal sealed record CorpusResult(string Model, string State, string Reason)
{
    public const string Pass = "pass";

    public const string NoReferee = "referee";

    public const string Fault = "fault";
}
