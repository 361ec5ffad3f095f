namespace ModelBuild.Compiler.Ir;

/// <summary>The text of <c>graph.txt</c> and where its nodes stand.</summary>
/// <param name="Text">One node a line, LF line ends.</param>
/// <param name="Lines">Line (from 1) of each node by name; where a subgraph's node has the name of an outer one, the first in the text.</param>
public sealed record GraphListing(string Text, IReadOnlyDictionary<string, int> Lines);
