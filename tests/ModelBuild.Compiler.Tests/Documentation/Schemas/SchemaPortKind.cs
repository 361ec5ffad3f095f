namespace ModelBuild.Compiler.Tests.Documentation.Schemas;

/// <summary>How often an input or output may be given.</summary>
internal enum SchemaPortKind
{
    /// <summary>Once.</summary>
    Single,

    /// <summary>Once or not at all.</summary>
    Optional,

    /// <summary>Any number of times, as the last one.</summary>
    Variadic,
}
