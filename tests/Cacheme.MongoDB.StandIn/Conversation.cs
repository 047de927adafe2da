using Cacheme.MongoDB.StandIn.Commands;
using Cacheme.MongoDB.StandIn.Wire;

namespace Cacheme.MongoDB.StandIn;

/// <summary>One connection: request and answer in turns, and the hello that is answered again and again.</summary>
internal sealed class Conversation(WireStream wire, Client client, CommandTable commands)
{
    public async Task HoldAsync()
    {
        while (await wire.ReadAsync() is { } request)
        {
            if (request.Command.Contains("maxAwaitTimeMS"))
            {
                await GreetAgainAndAgainAsync(request);
            }
            else if (commands.Run(request.Command, client) is { } answer && !request.WantsNoAnswer)
            {
                await wire.WriteAsync(request, answer);
            }
        }
    }

    /// <summary>Nothing ever changes here, so each answer comes when the client's patience is over; a client that allows it gets the next one unasked.</summary>
    private async Task GreetAgainAndAgainAsync(WireRequest request)
    {
        var patience = TimeSpan.FromMilliseconds(request.Command["maxAwaitTimeMS"].ToDouble());
        if (!request.AllowsMore)
        {
            await Task.Delay(patience);
            await wire.WriteAsync(request, commands.Run(request.Command, client));
            return;
        }

        // Such a client asks nothing more; else its end would be seen only with the next answer.
        var end = wire.WaitForEndAsync();
        while (await Task.WhenAny(end, Task.Delay(patience)) != end)
        {
            request = request with { Id = await wire.WriteAsync(request, commands.Run(request.Command, client), moreToCome: true) };
        }
    }
}
