namespace ModelBuild.Compiler.Planning;

/// <summary>What a pending step does to the nesting of those after it.</summary>
internal enum PendingBlock
{
    /// <summary>A kernel call.</summary>
    None,

    /// <summary>Repeats what follows.</summary>
    Loop,

    /// <summary>What follows is for a true condition.</summary>
    If,

    /// <summary>What follows is for a false condition.</summary>
    Else,

    /// <summary>Ends the innermost block.</summary>
    End,
}
