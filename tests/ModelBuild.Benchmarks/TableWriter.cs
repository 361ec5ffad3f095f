using System.Text;

namespace ModelBuild.Benchmarks;

/// <summary>Writes to the console and, when one is named, to a file.</summary>
internal sealed class TableWriter(string? path) : TextWriter
{
    private readonly StreamWriter? _file = path is null ? null : new StreamWriter(path) { NewLine = "\n" };

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        Console.Out.Write(value);
        _file?.Write(value);
    }

    public override void WriteLine(string? value)
    {
        Console.Out.WriteLine(value);
        _file?.WriteLine(value);
    }

    public override void WriteLine() => WriteLine("");

    public override void Flush() => _file?.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
        }

        base.Dispose(disposing);
    }
}
