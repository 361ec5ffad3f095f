namespace ModelBuild.Compiler.Ir;

/// <summary>Binds a model output's name to the value that holds it, so that rewrites can replace the value and the name stays.</summary>
public sealed class GraphOutput
{
    internal GraphOutput(string name, Value value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>Name in the model.</summary>
    public string Name { get; }

    /// <summary>The value that holds it.</summary>
    public Value Value { get; set; }
}
